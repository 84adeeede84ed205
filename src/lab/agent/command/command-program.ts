import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { PayloadType } from '../../../ssm/wire/payload-type.ts';
import type { Verdict } from '../agent-channel.ts';
import { errorOutput } from '../error-output.ts';
import { failedProgram } from '../failed-program.ts';
import { OutputPump, readBytes } from '../output-pump.ts';
import type { Program, ProgramHost } from '../program.ts';
import { processesOfSession, signalAll } from '../session-processes.ts';
import { shellEnvironment } from '../shell-environment.ts';
import { Utf8Chunks } from '../utf8-chunks.ts';
import { type CommandSettings, commandSettings, findPrefixFault } from './command-settings.ts';
import { SeparatorPrefix } from './separator-prefix.ts';
import { SpoolFile } from './spool-file.ts';
import { splitWords } from './word-list.ts';

/** What a process killed by a signal reports, by the convention of the official agent's language. */
const killedExitCode = -1;
/** What a command that cannot be started reports where outputs are separated. */
const notStartedExitCode = 1;

/** Input bytes that mean a signal; the first of them in a message counts, all other input means nothing. */
const signals: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [0x03, 'SIGINT'],
  [0x1c, 'SIGQUIT'],
]);

/** A NonInteractiveCommands session: a command without terminal and input (protocol notes, section 6.3). */
export function startCommand(host: ProgramHost): Program {
  const settings = commandSettings(host.record);
  const fault = findPrefixFault(settings);
  if (fault !== undefined) return failedProgram(host, fault, 0);
  const words = wordsOf(settings.commands);
  if (words === undefined)
    return refuseCommand(host, 'Unable to start command: invalid command line string\n');
  if (words.length === 0) return refuseCommand(host, 'Unable to start command: the command is empty\n');
  return new CommandProgram(host, settings, words);
}

/** Undefined for what no command line can hold: a quote without its end, or a NUL. */
function wordsOf(commands: string): string[] | undefined {
  if (commands.includes('\0')) return undefined;
  try {
    return splitWords(commands);
  } catch {
    return undefined;
  }
}

/** An error before there is a process: after two waits the client is told, and the session has failed. */
function refuseCommand(host: ProgramHost, text: string): Program {
  const { startFailureMs, commandFailureMs } = host.waits;
  host.after(startFailureMs + commandFailureMs, () => {
    host.send(PayloadType.stdErr, Buffer.from(text));
    host.end({ status: 'Failed', output: errorOutput(text) }, 'announced');
  });
  return { take: () => 'taken', wake: () => undefined, kill: () => Promise.resolve() };
}

class CommandProgram implements Program {
  readonly #host: ProgramHost;
  readonly #settings: CommandSettings;
  readonly #process: ChildProcess;
  /** Where joined output waits until the command has finished. */
  readonly #spool: SpoolFile | undefined;
  readonly #pumps: OutputPump[] = [];
  /** Outputs that have not ended, and the exit of the process. */
  #awaited = 1;
  #exitCode = 0;
  #isRunning = true;
  #isBlocking = false;

  constructor(host: ProgramHost, settings: CommandSettings, words: readonly string[]) {
    this.#host = host;
    this.#settings = settings;
    this.#spool = settings.separatesOutput ? undefined : new SpoolFile();
    const output = this.#spool?.descriptor ?? 'pipe';
    const [file = '', ...args] = words;
    this.#process = spawn(file, args, {
      stdio: ['ignore', output, output],
      env: { ...shellEnvironment(process.env), ...host.record.node.container },
      // A session of its own, so that what it leaves behind can be found and ended.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#process.on('error', (error: NodeJS.ErrnoException) => this.#onError(error, file));
    this.#process.on('exit', (code) => this.#onExit(code));
    const { stdout, stderr } = this.#process;
    if (stdout) this.#follow(stdout, PayloadType.output, settings.stdOutPrefix);
    if (stderr) this.#follow(stderr, PayloadType.stdErr, settings.stdErrPrefix);
  }

  take(payloadType: number, payload: Uint8Array): Verdict {
    if (payloadType !== PayloadType.output || !this.#isRunning) return 'taken';
    const signal = signals.get(payload.find((byte) => signals.has(byte)) ?? -1);
    if (signal === undefined) return 'taken';
    this.#process.kill(process.platform === 'win32' ? 'SIGKILL' : signal);
    // The official reader waits for the process before it reads on.
    this.#isBlocking = true;
    return 'blocked';
  }

  wake(): void {
    for (const pump of this.#pumps) pump.wake();
  }

  async kill(): Promise<void> {
    for (const pump of this.#pumps) pump.stop();
    const { pid } = this.#process;
    if (pid !== undefined) {
      signalAll(processesOfSession(pid), 'SIGKILL');
      if (this.#isRunning) this.#process.kill('SIGKILL');
    }
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
    this.#spool?.close();
    if (this.#isRunning && pid !== undefined) {
      await new Promise<void>((resolve) => {
        this.#process.once('exit', () => resolve());
      });
    }
  }

  #follow(source: Readable, payloadType: number, prefixText: string): void {
    const { waits, quirks } = this.#host;
    const prefix = new SeparatorPrefix(prefixText);
    this.#awaited += 1;
    const pump = new OutputPump({
      firstReadMs: 0,
      betweenReadsMs: waits.betweenReadsMs,
      readBytes: readBytes - prefix.length,
      chunks: new Utf8Chunks(quirks),
      source,
      maySend: () => this.#host.maySend(),
      send: (chunk) => this.#host.send(payloadType, prefix.apply(chunk)),
      onEnd: () => this.#onPartEnd(),
    });
    this.#pumps.push(pump);
    source.on('data', (bytes: Uint8Array) => pump.push(bytes));
    source.on('end', () => pump.end());
    source.on('error', () => pump.end());
  }

  #onExit(code: number | null): void {
    this.#isRunning = false;
    this.#exitCode = code ?? killedExitCode;
    if (this.#isBlocking) this.#host.unblock();
    if (this.#spool) this.#follow(this.#spool.read(), PayloadType.output, '');
    this.#onPartEnd();
  }

  /** All output is out and the process has exited. */
  #onPartEnd(): void {
    this.#awaited -= 1;
    if (this.#awaited > 0) return;
    if (this.#settings.separatesOutput) this.#sendExitCode(this.#exitCode);
    this.#host.end({ status: 'Success', output: '' }, 'announced');
  }

  /** The process could not be started. The exit code comes at once, the reason later. */
  #onError(error: NodeJS.ErrnoException, file: string): void {
    if (this.#process.pid !== undefined) return;
    this.#isRunning = false;
    if (this.#settings.separatesOutput) this.#sendExitCode(notStartedExitCode);
    this.#host.after(this.#host.waits.commandFailureMs, () => {
      this.#host.send(PayloadType.stdErr, Buffer.from(startFailure(error, file)));
      this.#host.end({ status: 'Success', output: '' }, 'announced');
    });
  }

  #sendExitCode(code: number): void {
    this.#host.send(PayloadType.exitCode, Buffer.from(`EXIT_CODE: ${code}`));
  }
}

/** The sentence of the official agent's language for the same failure. */
function startFailure({ code, message }: NodeJS.ErrnoException, file: string): string {
  const isPath = file.includes('/');
  switch (code) {
    case 'ENOENT':
      return isPath
        ? `fork/exec ${file}: no such file or directory`
        : `exec: ${JSON.stringify(file)}: executable file not found in $PATH`;
    case 'EACCES':
      return `fork/exec ${file}: permission denied`;
    default:
      return message;
  }
}
