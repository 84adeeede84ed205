import { name, version } from '../../package.json';
import { type Command, parseCommandLine } from './command-line.ts';
import { exitCode, exitCodeForSignal } from './exit-code.ts';
import { help } from './help.ts';

// A notice of the SDK for its developers would otherwise land in the session's terminal.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(help);
      return exitCode.ended;
    case 'version':
      process.stdout.write(`${name} ${version}\n`);
      return exitCode.ended;
    case 'usage-error':
      process.stderr.write(`nodewharf: ${command.message}\nTry --help.\n`);
      return exitCode.usage;
    case 'connect': {
      const { connect } = await import('./connect.ts');
      return connect(command.request, process);
    }
  }
}

process.exitCode = await run(parseCommandLine(process.argv.slice(2)));
// After a hang-up the terminal may be gone, and Node's own way out aborts when it cannot reset it. The signal does not.
if (process.exitCode === exitCodeForSignal('SIGHUP') && process.platform !== 'win32')
  process.kill(process.pid, 'SIGHUP');
// Standard input may be a pipe that nobody closes.
if (process.stdin.readable) process.stdin.destroy();
// Everything else has been put away; should anything be left after all, nobody is kept waiting for it.
setTimeout(() => process.exit(), 1_000).unref();
