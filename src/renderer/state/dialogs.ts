import type { CommandRun, RunCommandRequest } from '../../shared/commands.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import type { SessionSummary } from '../../shared/models.ts';
import type { TunnelInput, TunnelStatus } from '../../shared/tunnels.ts';
import type { PasteQuestion } from '../terminal/paste-guard.ts';
import type { NodeRequest, OpenRequest } from './tabs.ts';

/** The one dialog that is open. Plain values only: what a button does is in the view and the actions. */
export type Dialog =
  | { readonly kind: 'palette'; readonly only?: 'nodes' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'settings' }
  /** Without an id, a new profile, which may begin with another one's values or with a name of the shared files. */
  | { readonly kind: 'profile'; readonly id?: string; readonly copyOf?: string; readonly sharedName?: string }
  /** Those of the AWS files, to be added. */
  | { readonly kind: 'found-profiles' }
  | { readonly kind: 'remove-profile'; readonly id: string }
  /** `replaces`: a tab in which this was tried in vain; it gives way to the new one. */
  | { readonly kind: 'connect'; readonly request: OpenRequest; readonly replaces?: string }
  /** Why the node cannot be reached, and the way to try anyway. */
  | { readonly kind: 'offline'; readonly request: NodeRequest; readonly node: ManagedNode }
  /** What stands in the way of a session on this node. */
  | { readonly kind: 'doctor'; readonly request: NodeRequest }
  | { readonly kind: 'rename-tab'; readonly tabId: string }
  /** Closing these tabs ends the live ones among them. */
  | { readonly kind: 'close-tabs'; readonly tabIds: readonly string[] }
  | { readonly kind: 'end-session'; readonly tabId: string }
  | { readonly kind: 'paste'; readonly tabId: string; readonly question: PasteQuestion }
  | { readonly kind: 'open-link'; readonly text: string; readonly url: string }
  | { readonly kind: 'clear-history' }
  /** Without an id, a new tunnel, which may begin with some of its values. */
  | { readonly kind: 'tunnel'; readonly id?: string; readonly from?: TunnelStart }
  /** Stopping it closes connections that programs are using. */
  | { readonly kind: 'stop-tunnel'; readonly id: string }
  | { readonly kind: 'remove-tunnel'; readonly id: string }
  /** A command that waits for a yes, because its node is a production one. */
  | { readonly kind: 'run-command'; readonly request: RunCommandRequest }
  | { readonly kind: 'orphans' }
  /** An approval that a session, a tunnel or a command needs. Until it goes on. */
  | { readonly kind: 'access'; readonly key: string }
  /** Until it is done, or needed no longer. */
  | { readonly kind: 'sign-in'; readonly id: string };

/** What a new tunnel may begin with. */
export type TunnelStart = Partial<
  Pick<TunnelInput, 'name' | 'profileId' | 'target' | 'targetQuery' | 'nodeName' | 'destination' | 'local'>
>;

/** Everything that quitting would end. */
export interface QuitQuestion {
  readonly live: readonly SessionSummary[];
  readonly tunnels: readonly TunnelStatus[];
  readonly commands: readonly CommandRun[];
}
