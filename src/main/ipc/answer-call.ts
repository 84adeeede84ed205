import { type Answer, calls } from '../../shared/contract.ts';
import type { CallName } from '../../shared/contract-names.ts';
import type { Reply } from '../../shared/door.ts';
import { AppError, toAppErrorData } from '../../shared/errors.ts';
import type { z } from 'zod';
import { logProblem } from '../log.ts';

/** A request after its schema has seen it. */
export type ParsedRequest<N extends CallName> = z.output<(typeof calls)[N]['request']>;

/** A call that answers nothing may be a function that returns nothing. */
type Result<N extends CallName> = Answer<N> extends undefined ? void : Answer<N>;

export type Handlers = {
  [N in CallName]: (request: ParsedRequest<N>) => Result<N> | Promise<Result<N>>;
};

/** Who sent a message, as far as it matters. */
export interface Sender {
  /** Whether it is the top frame of our own window. */
  isOurPage: boolean;
  /** Address of the frame that sent it. */
  url: string;
}

/** What was being attempted, for errors that do not say it themselves. */
const attempts: Record<CallName, string> = {
  loadWorkspace: 'Load the workspace',
  pagePainted: 'Go on with the start',
  saveProfile: 'Save a profile',
  removeProfile: 'Remove a profile',
  chooseCertificates: 'Choose a file of certificates',
  readSharedSettings: 'Read the AWS settings of this computer',
  refreshNodes: 'List the nodes',
  saveFavourite: 'Keep a favourite node',
  startSession: 'Start a session',
  attachTerminal: 'Attach a terminal',
  restartSession: 'Start the session again',
  findSuccessor: 'Look for another node',
  reconnectNow: 'Reconnect a session',
  askForAccess: 'Ask for access',
  endSession: 'End a session',
  forgetSession: 'Forget a session',
  readStats: 'Read the figures of a session',
  readDocument: 'Read a session document',
  listDocuments: 'List the session documents',
  recentReasons: 'Read the reasons given before',
  examine: 'Find out why a session cannot be started',
  stopExamination: 'Stop finding out',
  saveTunnel: 'Save a tunnel',
  removeTunnel: 'Remove a tunnel',
  startTunnel: 'Start a tunnel',
  stopTunnel: 'Stop a tunnel',
  findDemoPort: 'Find the web page of the local lab',
  runCommand: 'Run a command',
  readCommandOutput: 'Read the output of a command',
  cancelCommand: 'Cancel a command',
  forgetCommand: 'Forget a command',
  endOrphans: 'End sessions of an earlier run',
  keepOrphans: 'Keep sessions of an earlier run',
  startSignIn: 'Sign in',
  cancelSignIn: 'Cancel the sign-in',
  answerMfa: 'Give a code',
  listHistory: 'Read the history',
  clearHistory: 'Clear the history',
  saveSettings: 'Save the settings',
  readClipboard: 'Read the clipboard',
  writeClipboard: 'Write to the clipboard',
  openLink: 'Open a link',
  confirmQuit: 'Quit',
};

/**
 * Answers one call from the page: asks who is calling, parses the request against the contract, and only then reaches our
 * code. Never rejects; an error is an answer too.
 */
export async function answerCall<N extends CallName>(
  name: N,
  handler: Handlers[N],
  sender: Sender,
  request: unknown,
  isOurUrl: (url: string) => boolean,
): Promise<Reply<Answer<N>>> {
  const attempted = attempts[name];
  try {
    if (!sender.isOurPage || !isOurUrl(sender.url)) throw strangeSender(attempted);
    const parsed = calls[name].request.safeParse(request);
    if (!parsed.success) throw badRequest(attempted, parsed.error);
    return { ok: true, value: (await handler(parsed.data as ParsedRequest<N>)) as Answer<N> };
  } catch (error) {
    if (!(error instanceof AppError)) logProblem(`${attempted} failed`, error);
    return { ok: false, error: toAppErrorData(error, attempted) };
  }
}

function strangeSender(attempted: string): AppError {
  return new AppError({
    code: 'access-denied',
    attempted,
    message: 'The request did not come from the window of Nodewharf.',
    hint: '',
    retryable: false,
  });
}

/** Names the fields and what they want, never what they held. */
function badRequest(attempted: string, error: z.ZodError): AppError {
  const fields = error.issues.map(({ path, code }) => `${path.join('.') || 'request'} (${code})`);
  return new AppError({
    code: 'bad-request',
    attempted,
    message: `The request is not as agreed: ${[...new Set(fields)].join(', ')}.`,
    hint: '',
    retryable: false,
  });
}
