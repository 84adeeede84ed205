import type { CommandRun } from '../../../src/shared/commands.ts';
import type { EventName } from '../../../src/shared/contract-names.ts';
import type { Door, Reply } from '../../../src/shared/door.ts';
import type { Workspace } from '../../../src/shared/workspace.ts';
import { printedOutput } from './kind-scenes.ts';

const ok = <T>(value: T): Promise<Reply<T>> => Promise.resolve({ ok: true, value });

/** Commands that print themselves on both streams and exit with 0. */
export function fakeCommands(
  workspace: Workspace,
  emit: (name: EventName, payload: unknown) => void,
): Pick<Door, 'runCommand' | 'readCommandOutput' | 'cancelCommand' | 'forgetCommand'> {
  const runs = new Map<string, CommandRun>(workspace.commands.map((known) => [known.key, known]));
  let nextKey = 1;
  const change = (key: string, news: Partial<CommandRun>): void => {
    const known = runs.get(key);
    if (known === undefined) return;
    const changed = { ...known, ...news };
    runs.set(key, changed);
    emit('commandChanged', changed);
  };
  const printed = (key: string, stream: 'stdout' | 'stderr'): Uint8Array =>
    new TextEncoder().encode(printedOutput[key]?.[stream] ?? `${runs.get(key)?.command ?? ''}\n`);
  return {
    runCommand: ({ profileId, target = '', nodeName, command, documentName, reason }) => {
      const profile = workspace.profiles.find(({ id }) => id === profileId);
      const key = `c${nextKey++}`;
      const made: CommandRun = {
        key,
        profileId,
        profileName: profile?.name ?? '',
        environment: profile?.environment ?? 'other',
        region: profile?.region ?? 'lab',
        target,
        nodeName: nodeName ?? target,
        ...(documentName === undefined ? {} : { documentName }),
        ...(reason === undefined ? {} : { reason }),
        startedAt: Date.now(),
        command,
        state: { kind: 'connecting' },
        streams: 'unknown',
        isCancelling: false,
        stdout: { total: 0, dropped: 0 },
        stderr: { total: 0, dropped: 0 },
      };
      runs.set(key, made);
      window.setTimeout(() => {
        const length = { total: printed(key, 'stdout').length, dropped: 0 };
        change(key, { state: { kind: 'live' }, streams: 'separate', stdout: length, stderr: length });
      }, 400);
      window.setTimeout(() => {
        const end = { kind: 'closed', message: '' } as const;
        change(key, { state: { kind: 'ended', end, endedAt: Date.now() }, exitCode: 0 });
      }, 800);
      return ok(made);
    },
    readCommandOutput: ({ key, stdoutFrom, stderrFrom }) => {
      const piece = (stream: 'stdout' | 'stderr', from: number) => {
        const bytes = printed(key, stream);
        return { from, bytes: bytes.subarray(from), total: bytes.length };
      };
      return ok({ stdout: piece('stdout', stdoutFrom), stderr: piece('stderr', stderrFrom) });
    },
    cancelCommand: ({ key }) => {
      const end = { kind: 'ended-by-user' } as const;
      change(key, { isCancelling: true, state: { kind: 'ended', end, endedAt: Date.now() } });
      return ok(undefined);
    },
    forgetCommand: ({ key }) => {
      runs.delete(key);
      emit('commandForgotten', { key });
      return ok(undefined);
    },
  };
}
