import type { StartedSession } from '../aws/control-plane.ts';
import { AppError, toAppErrorData } from '../shared/errors.ts';
import type { ConnectRequest } from './command-line.ts';
import { type ControlPlaneSource, openControlPlane } from './control-plane-source.ts';
import { withinDeadline } from './deadline.ts';
import { exitCode, exitCodeForError, exitCodeForSignal } from './exit-code.ts';
import { noticeOfError } from './notices.ts';
import { flushed, noticeWriter } from './screen.ts';
import { watchSignals } from './signals.ts';
import { runSession, type SessionOutcome } from './terminal-session.ts';

/** How long the service may take to be told that the session is over, in ms; a shell that waits for us is not kept longer. */
const terminateDeadlineMs = 3_000;

/**
 * `connect`: starts a session, runs it in this terminal until it ends, and tells the service when it is we who end it.
 * Resolves with the exit code; never rejects.
 *
 * Tidying up has deadlines, so that a second signal need not cut it short. It often is the first one again: a terminal signals
 * all its programs, and a parent such as npm passes on what it has got.
 */
export async function connect(request: ConnectRequest, host: NodeJS.Process): Promise<number> {
  const notices = noticeWriter(host.stderr);
  let onInterrupt = (_code: number): void => {};
  const interrupted = new Promise<number>((resolve) => {
    onInterrupt = resolve;
  });
  const stopWatching = watchSignals(host, (signal) => onInterrupt(exitCodeForSignal(signal)));
  const onCrash = (error: unknown): void => {
    notices.tell(noticeOfError(toAppErrorData(error, `Hold the session on ${request.target}`)));
    onInterrupt(exitCode.failed);
  };
  host.on('uncaughtException', onCrash);

  let planes: ControlPlaneSource | undefined;
  try {
    planes = await openControlPlane(request, host.env);
    const starting = planes.current().startSession(request);
    const session = await Promise.race([starting, interrupted]);
    if (typeof session === 'number') {
      const late = await withinDeadline(starting, terminateDeadlineMs);
      if (late) await terminate(planes, late);
      return session;
    }
    if (session.warning !== undefined) notices.tell([session.warning]);
    let outcome: SessionOutcome | undefined;
    try {
      outcome = await runSession({ session, request, planes, host, notices, interrupted });
    } finally {
      if (outcome?.isOursToEnd !== false) await terminate(planes, session);
    }
    if (outcome.notice) notices.tell(outcome.notice);
    await Promise.race([flushed(host.stdout), interrupted]);
    return outcome.code;
  } catch (error) {
    const data = toAppErrorData(error, `Start a session on ${request.target}`);
    notices.tell(noticeOfError(data));
    return error instanceof AppError ? exitCodeForError(data.code) : exitCode.failed;
  } finally {
    planes?.close();
    stopWatching();
    host.off('uncaughtException', onCrash);
  }
}

/** Best effort: a service that cannot be reached ends the session by itself at its idle time-out. */
async function terminate(planes: ControlPlaneSource, { sessionId }: StartedSession): Promise<void> {
  await withinDeadline(planes.current().terminateSession(sessionId), terminateDeadlineMs);
}
