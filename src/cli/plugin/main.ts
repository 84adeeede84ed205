import { clientVersion } from '../../ssm/client-version.ts';
import { exitCode } from '../exit-code.ts';
import { leave } from '../leave.ts';
import { type PluginCall, readPluginCall } from './plugin-call.ts';
import { runPluginSession } from './plugin-session.ts';

// A notice of the SDK for its developers would otherwise land in the session's terminal.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Scripts ask for these words to see whether there is a plugin. */
const installed =
  'The Session Manager plugin was installed successfully. Use the AWS CLI to start a session.';

async function run(call: PluginCall): Promise<number> {
  switch (call.kind) {
    case 'installed':
      process.stdout.write(`\n${installed}\n\n`);
      return exitCode.ended;
    case 'version':
      process.stdout.write(`${clientVersion}\n`);
      return exitCode.ended;
    case 'usage-error':
      process.stderr.write(`${call.message}\n`);
      return exitCode.usage;
    case 'start':
      return runPluginSession(call.start, process);
  }
}

// Not awaited: parts that are loaded later may import this one, and would wait for its end.
void run(readPluginCall(process.argv.slice(2), process.env)).then((code) => leave(code, process));
