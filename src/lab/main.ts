import { parseCommandLine, usage, UsageError } from './command-line.ts';
import { watchParent } from './parent-watch.ts';
import { type Lab, startLab } from './start-lab.ts';

/** `npm run lab`: the lab alone. Exit codes: 0 ended on request, 1 could not start, 2 usage. */
const exitCode = { ended: 0, failed: 1, usage: 2 };

/** The lab's shells are killed well before this; past it something hangs, and the process ends regardless. */
const closeDeadlineMs = 1500;

async function main(): Promise<void> {
  const command = parseCommandLine(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    process.stdout.write(usage);
    return;
  }
  const lab = await startLab(command.options);
  const end = () => {
    stopWatching();
    setTimeout(() => process.exit(exitCode.failed), closeDeadlineMs).unref();
    lab.close().then(
      () => process.exit(exitCode.ended),
      () => process.exit(exitCode.failed),
    );
  };
  const stopWatching = watchParent(end);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  // Whoever read the ready line may have closed the pipe since.
  process.stdout.on('error', () => undefined);
  process.stdout.write(
    command.json ? `${JSON.stringify(readyLine(lab))}\n` : welcome(lab, command.options.pace),
  );
}

function readyLine({ close: _close, containers, ...facts }: Lab): object {
  return { ...facts, ...(containers.length === 0 ? {} : { containers }) };
}

function welcome(lab: Lab, pace: string): string {
  const shown = lab.nodes.slice(0, 10).map(({ id, name, platform, online }) => {
    return `  ${id.padEnd(20)}  ${name.padEnd(24)}  ${platform.padEnd(8)}  ${online ? 'online' : 'offline'}`;
  });
  const more = lab.nodes.length > shown.length ? [`  … and ${lab.nodes.length - shown.length} more`] : [];
  return [
    `The lab is ready on ${lab.endpoint} (pace ${pace}). Ctrl-C ends it and its shells.`,
    '',
    ...shown,
    ...more,
    '',
    `  export AWS_ACCESS_KEY_ID=${lab.accessKeyId}`,
    `  export AWS_SECRET_ACCESS_KEY=${lab.secretAccessKey}`,
    `  export AWS_DEFAULT_REGION=${lab.region}`,
    `  aws ssm start-session --endpoint-url ${lab.endpoint} --target ${lab.nodes[0]?.id}`,
    '',
    `Control: ${lab.control}`,
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  const isUsage = error instanceof UsageError;
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`lab: ${reason}\n${isUsage ? '\n' + usage : ''}`);
  process.exit(isUsage ? exitCode.usage : exitCode.failed);
});
