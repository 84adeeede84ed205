import { readFileSync } from 'node:fs';

/** Resident memory of one process over a run, in MB. */
export interface MemoryFigures {
  startMB: number;
  endMB: number;
  peakMB: number;
  /** The end is well above the start, by more than a garbage-collected heap moves. */
  isGrowing: boolean;
}

/** Part of the run in which the heap warms up, and the two parts whose medians are compared. */
const startPart = [0.15, 0.35] as const;
const endPart = [0.8, 1] as const;
const growthShare = 1.25;
const growthMB = 48;

export class MemoryLog {
  readonly #read: () => number;
  readonly #samples: number[] = [];

  /** @param read gives the resident memory in bytes; 0 where the system does not tell */
  constructor(read: () => number) {
    this.#read = read;
  }

  sample(): void {
    this.#samples.push(this.#read() / 1e6);
  }

  get latestMB(): number {
    return this.#samples.at(-1) ?? 0;
  }

  figures(): MemoryFigures {
    const startMB = this.#median(startPart);
    const endMB = this.#median(endPart);
    return {
      startMB,
      endMB,
      peakMB: this.#samples.reduce((most, each) => Math.max(most, each), 0),
      isGrowing: endMB > startMB * growthShare + growthMB,
    };
  }

  #median([from, to]: readonly [number, number]): number {
    const { length } = this.#samples;
    const part = this.#samples.slice(Math.floor(from * length), Math.ceil(to * length)).sort((a, b) => a - b);
    return part[Math.floor(part.length / 2)] ?? 0;
  }
}

export function ownMemory(): number {
  return process.memoryUsage.rss();
}

/** Of another process, where `/proc` tells. */
export function memoryOf(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
