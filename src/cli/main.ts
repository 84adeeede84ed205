import { name, version } from '../../package.json';
import { type Command, parseCommandLine } from './command-line.ts';
import { exitCode } from './exit-code.ts';
import { help } from './help.ts';
import { leave } from './leave.ts';

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
    default: {
      const [{ connect }, { planSession }] = await Promise.all([
        import('./connect.ts'),
        import('./session-plan.ts'),
      ]);
      return connect(planSession(command), process);
    }
  }
}

// Not awaited: parts that are loaded later may import this one, and would wait for its end.
void run(parseCommandLine(process.argv.slice(2))).then((code) => leave(code, process));
