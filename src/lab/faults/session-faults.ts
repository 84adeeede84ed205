import { seededRandom } from '../random.ts';
import type { Direction, Fault, FaultKind } from './fault.ts';

/** What the faults of a session make of one frame. Several may hit the same frame. */
export interface Verdict {
  lose: boolean;
  /** Pass it on with a digest that is not its payload's. */
  corruptDigest: boolean;
  /** Extra copies. */
  repeats: number;
  delayMs: number;
  /** Hold it until the next frame has passed, at most this long. */
  reorderMs: number | undefined;
  /** What happens to the connection once the frame has been dealt with. */
  connection: ConnectionFault | undefined;
}

export type ConnectionFault =
  | { kind: 'cut' }
  | { kind: 'close'; code: number }
  /** Without `ms` until the connection ends. */
  | { kind: 'stall'; direction: Direction | undefined; ms: number | undefined };

interface Armed {
  fault: Fault;
  matched: number;
  left: number;
  random: (() => number) | undefined;
}

/** How long a reordered frame waits for a next one, milliseconds. */
const defaultReorderMs = 50;
const defaultCloseCode = 1000;

/** The faults of one session and what is left of them. Decides only; the gateway acts. */
export class SessionFaults {
  #armed: Armed[] = [];

  add(fault: Fault): void {
    const isOnce = !isFrameFault(fault) || isImmediate(fault);
    this.#armed.push({
      fault,
      matched: 0,
      left: fault.count ?? (isOnce ? 1 : Number.POSITIVE_INFINITY),
      random: fault.seed === undefined ? undefined : seededRandom(fault.seed),
    });
  }

  clear(): void {
    this.#armed = [];
  }

  /** True while frames need a look at all; most sessions have no faults. */
  get concernsFrames(): boolean {
    return this.#armed.some(({ fault }) => isFrameFault(fault));
  }

  judge(direction: Direction, type: string): Verdict {
    const verdict: Verdict = {
      lose: false,
      corruptDigest: false,
      repeats: 0,
      delayMs: 0,
      reorderMs: undefined,
      connection: undefined,
    };
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (isImmediate(fault) || !isFrameFault(fault) || !this.#hits(armed, direction, type)) continue;
      switch (fault.kind) {
        case 'lose':
          verdict.lose = true;
          break;
        case 'corrupt-digest':
          verdict.corruptDigest = true;
          break;
        case 'repeat':
          verdict.repeats += 1;
          break;
        case 'delay':
          verdict.delayMs += fault.ms ?? 0;
          break;
        case 'reorder':
          verdict.reorderMs = fault.ms ?? defaultReorderMs;
          break;
        default:
          verdict.connection = connectionFault(fault);
      }
    }
    this.#forgetSpent();
    return verdict;
  }

  /** Faults of the connection that wait for no frame; each is taken once per call. */
  takeImmediate(): ConnectionFault | undefined {
    const armed = this.#armed.find(({ fault }) => isImmediate(fault));
    return armed && connectionFault(this.#spend(armed));
  }

  /** The code of a fault that refuses this ResumeSession. */
  takeResumeRefusal(): string | undefined {
    const armed = this.#armed.find(({ fault }) => fault.kind === 'refuse-resume');
    return armed && String(this.#spend(armed).code ?? 'ExpiredTokenException');
  }

  /** Whether the token of this OpenDataChannel counts as expired. */
  takeExpiredToken(): boolean {
    const armed = this.#armed.find(({ fault }) => fault.kind === 'expire-token');
    return armed !== undefined && this.#spend(armed) !== undefined;
  }

  /** Whether the agent is to misbehave in this way now. */
  takeAgentFault(kind: 'wrong-challenge' | 'handshake-timeout'): boolean {
    const armed = this.#armed.find(({ fault }) => fault.kind === kind);
    return armed !== undefined && this.#spend(armed) !== undefined;
  }

  #hits(armed: Armed, direction: Direction, type: string): boolean {
    const { fault } = armed;
    if (fault.direction !== undefined && fault.direction !== direction) return false;
    if (fault.type !== undefined && fault.type !== type) return false;
    armed.matched += 1;
    const every = fault.every ?? 1;
    const isHit = armed.random ? armed.random() < 1 / every : armed.matched % every === 0;
    if (!isHit || armed.left <= 0) return false;
    armed.left -= 1;
    return true;
  }

  #spend(armed: Armed): Fault {
    armed.left -= 1;
    this.#forgetSpent();
    return armed.fault;
  }

  #forgetSpent(): void {
    if (this.#armed.some(({ left }) => left <= 0)) this.#armed = this.#armed.filter(({ left }) => left > 0);
  }
}

/** A cut, close or stall that names no frame happens at once, or as soon as a client is there. */
function isImmediate(fault: Fault): boolean {
  return isConnectionFault(fault) && fault.every === undefined && fault.type === undefined;
}

function isConnectionFault(fault: Fault): boolean {
  return fault.kind === 'cut' || fault.kind === 'close' || fault.kind === 'stall';
}

const frameFaults: readonly FaultKind[] = [
  'cut',
  'close',
  'stall',
  'lose',
  'repeat',
  'delay',
  'reorder',
  'corrupt-digest',
];

function isFrameFault(fault: Fault): boolean {
  return frameFaults.includes(fault.kind);
}

function connectionFault(fault: Fault): ConnectionFault {
  if (fault.kind === 'close') {
    return { kind: 'close', code: typeof fault.code === 'number' ? fault.code : defaultCloseCode };
  }
  if (fault.kind === 'stall') return { kind: 'stall', direction: fault.direction, ms: fault.ms };
  return { kind: 'cut' };
}
