import type { SessionEnd } from '../../shared/models.ts';
import type { TunnelState } from '../../shared/tunnels.ts';
import type { AccessState } from '../state/access.ts';
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
      return 'needs an approval';
    case 'awaiting-approval':
      return 'awaiting approval';
    case 'not-started':
      return 'not started';
    case 'ended':
      return 'ended';
  }
}

/** What there is to do about an approval, or to wait for. */
export function accessTitle({ kind }: AccessState): string {
  return kind === 'needs-approval' ? 'This node needs an approval' : 'Access was asked for';
}

/** The class of the dot: its colour and its shape. */
export function stateDot(state: ShownState): string {
  if (state.kind === 'stopped') return 'ended';
  if (state.kind === 'not-started') return 'failed';
  if (state.kind === 'ended' && state.end.kind === 'failed') return 'failed';
  return state.kind;
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
