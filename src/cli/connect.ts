import type { StartedSession } from '../aws/control-plane.ts';
import { MemberTries } from '../aws/members/member-tries.ts';
import { toAppErrorData } from '../shared/errors.ts';
import { type LocalListener, listenLocally } from '../ssm/node/port/listen-locally.ts';
import { SsmError } from '../ssm/ssm-error.ts';
import { askForAccess, withWayToAsk } from './ask-for-access.ts';
import { type Expectation, expectationFromName } from './built-in-documents.ts';
import type { ConnectRequest } from './command-line.ts';
import { type ControlPlaneSource, openControlPlane } from './control-plane-source.ts';
import { withinDeadline } from './deadline.ts';
import { exitCode, exitCodeForError, exitCodeForSsmError } from './exit-code.ts';
import { isAppError, noticeOfError, noticeOfSsmError } from './notices.ts';
import { destinationOf, pickTarget } from './pick-target.ts';
import { ownVoice } from './own-voice.ts';
import { Interrupts } from './session/interrupts.ts';
import { flushed, type NoticeWriter, noticeWriter } from './session/screen.ts';
import { runSession } from './session/session-run.ts';
import type { SessionService } from './session/session-service.ts';
import type { SessionPlan } from './session-plan.ts';
import { watchSignals } from './signals.ts';
import { TerminalSignIn } from './terminal-sign-in.ts';

/** How long an answer to StartSession is waited for, and the service told, once the program is to end; in ms. */
const lateStartMs = 900;

/**
 * Starts a session, runs it here until it ends, and tells the service when it is we who end it. Resolves with the exit
 * code; never rejects.
 *
 * Tidying up has deadlines, so that a second signal need not cut it short. It often is the first one again: a terminal signals
 * all its programs, and a parent such as npm passes on what it has got.
 */
export async function connect(plan: SessionPlan, host: NodeJS.Process): Promise<number> {
  /** With its target once one was picked. */
  let request = plan.request;
  const notices = noticeWriter(host.stderr);
  const interrupts = new Interrupts();
  const stopWatching = watchSignals(host, (signal) => interrupts.raise(signal));
  const onCrash = (error: unknown): void => {
    notices.tell(noticeOfError(toAppErrorData(error, `Hold the session on ${destinationOf(request)}`)));
    interrupts.crash(exitCode.failed);
  };
  host.on('uncaughtException', onCrash);

  let planes: ControlPlaneSource | undefined;
  let listener: LocalListener | undefined;
  try {
    if (plan.local) listener = await listenLocally(plan.local);
    const signIn = new TerminalSignIn(host, notices);
    planes = await openControlPlane(request, host.env, signIn);
    const started = await startSignedIn(planes, plan, { interrupts, signIn, notices });
    if (typeof started === 'number') return started;
    const { session } = started;
    request = started.request;
    signIn.close();
    if (session.warning !== undefined) notices.tell([session.warning]);
    if (plan.isExitCodeWanted && !separatesOutput(session))
      notices.tell(['This session document does not tell the exit code of the command.']);
    const finished = await runSession({
      session,
      target: request.target,
      ...expectationOf(session, request.documentName),
      service: serviceOf(planes, session.sessionId),
      host,
      voice: ownVoice(notices, session.sessionId, request),
      interrupts,
      listener,
      hasEscapes: true,
    });
    if (finished.notice) notices.tell(finished.notice);
    await Promise.race([Promise.all([flushed(host.stdout), flushed(host.stderr)]), interrupts.raised]);
    return finished.code;
  } catch (error) {
    if (error instanceof SsmError) {
      notices.tell(noticeOfSsmError(error));
      return exitCodeForSsmError(error);
    }
    const data = toAppErrorData(error, `Start a session on ${destinationOf(request)}`);
    notices.tell(noticeOfError(data));
    return isAppError(error) ? exitCodeForError(data.code) : exitCode.failed;
  } finally {
    await listener?.close();
    planes?.close();
    stopWatching();
    host.off('uncaughtException', onCrash);
  }
}

interface Asking {
  interrupts: Interrupts;
  signIn: TerminalSignIn;
  notices: NoticeWriter;
}

/** A session, and the request with the target that it is on. */
interface Started {
  session: StartedSession;
  request: ConnectRequest;
}

/** Where the request is for a query, on a member of it: on another one where the first turns out not to be connected. */
async function pickAndStart(
  planes: ControlPlaneSource,
  plan: SessionPlan,
  asking: Asking,
): Promise<Started | number> {
  const { interrupts, notices } = asking;
  const { targetQuery } = plan.request;
  if (targetQuery === undefined) return startApproved(planes, plan, asking);
  const tries = new MemberTries((without) => pickTarget(planes, targetQuery, without));
  for (;;) {
    const picking = tries.next();
    // Whoever ends the program does not wait for it.
    picking.catch(() => undefined);
    const picked = await Promise.race([picking, interrupts.raised]);
    if (typeof picked === 'number') return picked;
    notices.tell(picked.notice);
    const { target } = picked.member;
    try {
      return await startApproved(planes, { ...plan, request: { ...plan.request, target } }, asking);
    } catch (error) {
      if (!tries.mayGoOn(target, error)) throw error;
    }
  }
}

/** Signs in on the way where that is needed and there is somebody to do it. */
async function startSignedIn(
  planes: ControlPlaneSource,
  plan: SessionPlan,
  asking: Asking,
): Promise<Started | number> {
  const { interrupts, signIn } = asking;
  try {
    return await pickAndStart(planes, plan, asking);
  } catch (error) {
    if (!isAppError(error) || error.data.code !== 'sign-in-needed') throw error;
    const abort = new AbortController();
    const signedIn = signIn.signIn(abort.signal);
    const outcome = await Promise.race([signedIn, interrupts.raised]);
    if (typeof outcome === 'number') {
      abort.abort();
      await signedIn.catch(() => undefined);
      return outcome;
    }
    if (!outcome) throw error;
    planes.renew();
    return pickAndStart(planes, plan, asking);
  }
}

/** Asks for access to the node on the way where that is needed, and was wanted. */
async function startApproved(
  planes: ControlPlaneSource,
  plan: SessionPlan,
  { interrupts, notices }: Asking,
): Promise<Started | number> {
  const { target, reason, requestAccess = false } = plan.request;
  try {
    return await start(planes, plan, interrupts);
  } catch (error) {
    if (!isAppError(error) || error.data.code !== 'approval-needed') throw error;
    if (!requestAccess || reason === undefined) throw withWayToAsk(error);
    const grant = await askForAccess(planes.current(), { target, reason }, notices, interrupts);
    if (typeof grant === 'number') return grant;
    planes.sign(grant);
    return start(planes, plan, interrupts);
  }
}

/** @returns an exit code where the program is to end before there is a session */
async function start(
  planes: ControlPlaneSource,
  { request, parameters, sessionTypes }: SessionPlan,
  interrupts: Interrupts,
): Promise<Started | number> {
  const { target, documentName, reason } = request;
  const starting = planes.current().startSession({
    target,
    ...(documentName !== undefined && { documentName }),
    ...(reason !== undefined && { reason }),
    ...(parameters && { parameters }),
    ...(sessionTypes && { sessionTypes }),
  });
  const session = await Promise.race([starting, interrupts.raised]);
  if (typeof session !== 'number') return { session, request };
  const late = await withinDeadline(starting, lateStartMs);
  if (late) await withinDeadline(planes.current().terminateSession(late.sessionId), lateStartMs);
  return session;
}

function expectationOf({ document, handshake }: StartedSession, name: string | undefined): Expectation {
  return document?.sessionType === undefined
    ? expectationFromName(name)
    : { sessionType: document.sessionType, handshake };
}

function separatesOutput({ document }: StartedSession): boolean {
  return document !== undefined && document.separatesOutput !== false;
}

function serviceOf(planes: ControlPlaneSource, sessionId: string): SessionService {
  return {
    resume: () => planes.current().resumeSession(sessionId),
    classifyResumeError: (error) => planes.current().classifyResumeError(error),
    signUpgrade: (url) => planes.current().signUpgrade(url),
    generateDataKey: (request) => planes.current().generateDataKey(request),
    terminate: () => planes.current().terminateSession(sessionId),
    renew: () => planes.renew(),
  };
}
