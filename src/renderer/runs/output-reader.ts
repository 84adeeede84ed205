import type { CommandOutput } from '../../shared/commands.ts';
import type { Reply } from '../../shared/door.ts';
import { createOutputLines, type OutputLines } from './output-lines.ts';

/** The same as `keptOutputBytes` of the contract, whose module would bring the schema library. */
export const shownOutputBytes = 2 * 1024 * 1024;

export interface OutputSource {
  read(from: { stdout: number; stderr: number }): Promise<Reply<CommandOutput>>;
  /** Resolves once what was read has been drawn, so that a flood waits for the screen. */
  drawn(): Promise<void>;
}

/** Pulls the output of one command while somebody looks at it. */
export interface OutputReader {
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
  /** There may be more than was read. */
  wake(): void;
  stop(): void;
}

export function createOutputReader(source: OutputSource, onRead: () => void): OutputReader {
  const stdout = createOutputLines(shownOutputBytes);
  const stderr = createOutputLines(shownOutputBytes);
  let isReading = false;
  let isStopped = false;
  let hasNews = false;

  async function pull(): Promise<void> {
    isReading = true;
    while (hasNews && !isStopped) {
      hasNews = false;
      const reply = await source.read({ stdout: stdout.next(), stderr: stderr.next() });
      // Refused only when the command has been forgotten, and with it this reader's view.
      if (!reply.ok || isStopped) break;
      stdout.push(reply.value.stdout.from, reply.value.stdout.bytes);
      stderr.push(reply.value.stderr.from, reply.value.stderr.bytes);
      hasNews ||= stdout.next() < reply.value.stdout.total || stderr.next() < reply.value.stderr.total;
      onRead();
      await source.drawn();
    }
    isReading = false;
  }

  return {
    stdout,
    stderr,
    wake() {
      hasNews = true;
      if (!isReading && !isStopped) void pull();
    },
    stop() {
      isStopped = true;
    },
  };
}
