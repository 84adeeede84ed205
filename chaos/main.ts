import { type ChaosCommand, parseCommandLine, usage } from './command-line.ts';
import { runChaos } from './run-chaos.ts';

/** `npm run chaos`. Exit codes: 0 nothing went wrong, 1 something did, 2 usage. */
const exitCode = { clean: 0, failed: 1, usage: 2 };

async function run({ json, ...command }: ChaosCommand): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`chaos: ${line}\n`);
  say(`seed ${command.seed}, ${command.minutes} min`);
  const report = await runChaos({ json, ...command }, say);
  for (const failure of report.failures) say(failure);
  const text = json
    ? JSON.stringify(report)
    : Object.entries(report)
        .filter(([name]) => name !== 'failures')
        .map(([name, value]) => `${name.padEnd(20)} ${String(value)}`)
        .join('\n');
  process.stdout.write(`${text}\n`);
  return report.failures.length === 0 ? exitCode.clean : exitCode.failed;
}

function readArguments(): ChaosCommand | 'help' | undefined {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

const command = readArguments();
if (command === undefined) process.exitCode = exitCode.usage;
else if (command === 'help') process.stdout.write(usage);
else process.exitCode = await run(command);
// Whatever is left open is of no more use.
process.exit();
