import type { SessionEnd } from '../../shared/models.ts';
import type { Silence } from '../../shared/silence.ts';
import type { TunnelState } from '../../shared/tunnels.ts';
import type { AccessState, AccessSubject } from '../state/access.ts';
import type { TabState } from '../state/tabs.ts';
import { errorTitle } from './errors.ts';
import { remoteText } from './remote-text.ts';

/** What a tab, a tunnel or a command may be in: one word and one mark for each, wherever it is shown. */
type ShownState = TabState | TunnelState;

/** The word beside the dot. */
export function stateWord(state: ShownState): string {
  switch (state.kind) {
    case 'stopped':
      return 'stopped';
    case 'connecting':
      return 'connecting';
    case 'live':
      return 'live';
    case 'reconnecting':
      return `reconnecting ${state.attempt}`;
    case 'needs-sign-in':
      return 'needs sign-in';
    case 'needs-approval':
      return 'no access yet';
    case 'awaiting-approval':
      return 'awaiting approval';
    case 'not-started':
      return 'not started';
    case 'ended':
      return 'ended';
  }
}

/**
 * What there is to do about an approval, or to wait for. A refusal of the service may as well be a permission that nobody has
 * given; only after an approval that has run out it is known what is missing.
 */
export function accessTitle(state: AccessState): string {
  if (state.kind === 'awaiting-approval') return 'Access was asked for';
  return state.error.aws === undefined ? 'This node needs an approval' : 'No access to this node yet';
}

/** The way to it, where it is one of several. */
export function accessVerb({ facts, state }: AccessSubject): string {
  const name = remoteText(facts.nodeName) || facts.target;
  return state.kind === 'needs-approval' ? `Ask for access to ${name}` : `Approval awaited for ${name}`;
}

/** The class of the dot: its colour and its shape. */
export function stateDot(state: ShownState): string {
  if (state.kind === 'stopped') return 'ended';
  if (state.kind === 'not-started') return 'failed';
  if (state.kind === 'ended' && state.end.kind === 'failed') return 'failed';
  return state.kind;
}

/** What a silence may mean, and what to do. */
export function silenceWords(kind: Silence['kind']): { readonly title: string; readonly detail: string } {
  switch (kind) {
    case 'no-answer':
      return {
        title: 'Connected, but the node has not said anything',
        detail:
          'Its agent may be overloaded, out of disk or memory, or about to go. It may still answer; a new session or a look at what stands in the way tells more.',
      };
    case 'not-taken':
      return {
        title: 'The node does not take what it is sent',
        detail:
          'It may have been stopped, its agent may have died, or the program does not read. What was typed is kept and sent again until it is taken.',
      };
    case 'no-output':
      return {
        title: 'Connected, and nothing has been printed yet',
        detail: 'The agent answers. The command may be at work, or wait for input.',
      };
  }
}

/** Why a session ended, as a sentence without a full stop. */
export function endWords(end: SessionEnd): { readonly title: string; readonly detail: string } {
  switch (end.kind) {
    case 'closed':
      return { title: 'The session was closed', detail: remoteText(end.message) };
    case 'timed-out':
      return { title: 'The session timed out', detail: 'The service no longer holds it.' };
    case 'ended-by-user':
      return { title: 'You ended this session', detail: '' };
    case 'failed':
      return { title: errorTitle(end.error.code), detail: end.error.message };
    case 'app-stopped':
      return { title: 'Nodewharf stopped before the session ended', detail: '' };
  }
}

/** The same in two words, for a list. */
export function endWord(end: SessionEnd | undefined): string {
  switch (end?.kind) {
    case undefined:
      return 'Live';
    case 'closed':
      return 'Closed';
    case 'timed-out':
      return 'Timed out';
    case 'ended-by-user':
      return 'Ended by you';
    case 'failed':
      return end.error.code === 'approval-refused' ? 'Not approved' : 'Failed';
    case 'app-stopped':
      return 'App stopped';
  }
}
