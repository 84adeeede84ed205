import { expectationFromName } from '../built-in-documents.ts';
import { exitCode, exitCodeForSignal } from '../exit-code.ts';
import { Interrupts } from '../session/interrupts.ts';
import { flushed, noticeWriter } from '../session/screen.ts';
import { runSession } from '../session/session-run.ts';
import { watchSignals } from '../signals.ts';
import type { PluginStart } from './plugin-call.ts';
import { PluginService } from './plugin-service.ts';
import { PluginVoice } from './plugin-voice.ts';

/** Runs a session that the AWS CLI has started. Resolves with the exit code; never rejects. */
export async function runPluginSession(start: PluginStart, host: NodeJS.Process): Promise<number> {
  const { session, target = '', documentName } = start;
  const notices = noticeWriter(host.stderr);
  const voice = new PluginVoice(notices, session.sessionId, (text) => host.stdout.write(text));
  const interrupts = new Interrupts();
  const stopWatching = watchSignals(host, (signal) => interrupts.raise(signal));
  const onCrash = (): void => {
    notices.tell(['Something failed inside session-manager-plugin.']);
    interrupts.crash(exitCode.failed);
  };
  host.on('uncaughtException', onCrash);
  // Whoever reads us may go away at any time; who is writing then finds out by itself.
  host.stdout.on('error', () => undefined);
  const service = new PluginService(start, host.env);
  try {
    voice.starting();
    const finished = await runSession({
      session,
      target,
      ...expectationFromName(documentName),
      service,
      host,
      voice,
      interrupts,
      hasEscapes: false,
    });
    voice.ended(finished);
    await Promise.race([Promise.all([flushed(host.stdout), flushed(host.stderr)]), interrupts.raised]);
    // Ctrl-C is how a tunnel ends; the AWS CLI would report anything but 0 as a failure.
    const isTunnelEnd = finished.kind === 'tunnel' && finished.code === exitCodeForSignal('SIGINT');
    return isTunnelEnd ? exitCode.ended : finished.code;
  } finally {
    service.close();
    stopWatching();
    host.off('uncaughtException', onCrash);
  }
}
