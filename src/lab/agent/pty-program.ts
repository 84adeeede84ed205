import { PayloadType } from '../../ssm/wire/payload-type.ts';
import { decodeSize } from '../../ssm/wire/size.ts';
import { WireError } from '../../ssm/wire/wire-error.ts';
import type { SessionRecord } from '../session-record.ts';
import type { Verdict } from './agent-channel.ts';
import { commandText } from './command/command-settings.ts';
import { splitWords } from './command/word-list.ts';
import { EchoClock } from './echo-clock.ts';
import { errorOutput } from './error-output.ts';
import { failedProgram } from './failed-program.ts';
import { OutputPump } from './output-pump.ts';
import type { Program, ProgramHost } from './program.ts';
import { type PtyProcess, startPtyProcess } from './pty-process.ts';
import { shellEnvironment } from './shell-environment.ts';
import { Utf8Chunks } from './utf8-chunks.ts';
import { agentHas } from './versions.ts';

/**
 * Input that the terminal has not taken at which the agent is "not ready": it acknowledges no more until the
 * program reads, and the client keeps what it has. Bytes.
 */
const inputHighWaterBytes = 1024 * 1024;

/** A Standard_Stream session: a shell on a pty, not a login shell (protocol notes, section 10). */
export function startShell(host: ProgramHost): Program {
  const { record } = host;
  const profile = agentHas(record.node.agentVersion, 'shellProfile') ? shellProfile(record) : '';
  return new PtyProgram(host, shellOf(host), [], profile === '' ? '' : `${profile}\n`);
}

/** An InteractiveCommands session: `sh -c` on a pty (section 6.2). */
export function startInteractiveCommand(host: ProgramHost): Program {
  const commands = commandText(host.record);
  if (commands.trim() === '') {
    return failedProgram(host, 'Commands cannot be empty for session type InteractiveCommands', 0);
  }
  if (host.record.node.container === undefined)
    return new PtyProgram(host, shellOf(host), ['-c', commands], '');
  // In a container there may be no shell: the words are run as they are.
  let words: string[];
  try {
    words = splitWords(commands);
  } catch (error) {
    return failedProgram(host, error instanceof Error ? error.message : '', 0);
  }
  const [file = '', ...args] = words;
  return new PtyProgram(host, file, args, '');
}

const shellOf = ({ record }: ProgramHost): string => record.node.shell;

class PtyProgram implements Program {
  readonly #host: ProgramHost;
  readonly #echo = new EchoClock();
  readonly #pump: OutputPump;
  #process: PtyProcess | undefined;

  constructor(host: ProgramHost, file: string, args: readonly string[], typed: string) {
    this.#host = host;
    this.#pump = new OutputPump({
      firstReadMs: host.waits.firstReadMs,
      betweenReadsMs: host.waits.betweenReadsMs,
      chunks: new Utf8Chunks(host.quirks),
      source: { pause: () => this.#process?.pause(), resume: () => this.#process?.resume() },
      maySend: () => host.maySend(),
      send: (chunk) => host.send(PayloadType.output, chunk),
      // The end of a program on a pty is a success whatever its exit status.
      onEnd: () => host.end({ status: 'Success', output: '' }, 'announced'),
    });
    try {
      this.#process = this.#start(file, args);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      const output = errorOutput(`Unable to start command: ${reason}\n`);
      host.after(host.waits.startFailureMs, () => host.end({ status: 'Failed', output }, 'quiet'));
      return;
    }
    if (typed !== '') this.#process.write(Buffer.from(typed));
  }

  get echoMs(): readonly number[] {
    return this.#echo.samples;
  }

  /** Flags and unknown payload types mean nothing to a shell. */
  take(payloadType: number, payload: Uint8Array): Verdict {
    const { queuedInputBytes = 0 } = this.#process ?? {};
    if (queuedInputBytes >= inputHighWaterBytes) return 'not-ready';
    if (payloadType === PayloadType.output) {
      this.#echo.onWrite(performance.now());
      this.#process?.write(payload);
    } else if (payloadType === PayloadType.size) {
      const size = readSize(payload);
      if (!size) return 'refused';
      this.#process?.resize(size.cols, size.rows);
    }
    return 'taken';
  }

  wake(): void {
    this.#pump.wake();
  }

  async kill(): Promise<void> {
    this.#pump.stop();
    await this.#process?.kill();
  }

  #start(file: string, args: readonly string[]): PtyProcess {
    return startPtyProcess(
      {
        file,
        args,
        cwd: process.cwd(),
        environment: { ...shellEnvironment(process.env), ...this.#host.record.node.container },
      },
      {
        onOutput: (bytes) => {
          this.#echo.onRead(performance.now());
          this.#pump.push(bytes);
        },
        onInputDrain: () => this.#host.retry(),
        onEnd: () => this.#pump.end(),
      },
    );
  }
}

/** Lines that the document types into the shell at the start; macOS uses the Linux ones. */
function shellProfile(record: SessionRecord): string {
  const profile = record.document.content.inputs?.['shellProfile'];
  if (typeof profile !== 'object' || profile === null) return '';
  const lines: unknown = (profile as Record<string, unknown>)[
    process.platform === 'win32' ? 'windows' : 'linux'
  ];
  return typeof lines === 'string' ? lines : '';
}

function readSize(payload: Uint8Array): { cols: number; rows: number } | undefined {
  try {
    return decodeSize(payload);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
