import type { Reply } from '../../shared/door.ts';
import type { Profile, ProfileInput, Settings } from '../../shared/models.ts';
import type { SharedProfile } from '../../shared/shared-settings.ts';
import { profileForShared } from '../profiles/shared-profiles.ts';
import { withWorkspace } from '../state/app-state.ts';
import type { Dialog } from '../state/dialogs.ts';
import { type ActionContext, tellDone, valueOrNotice } from './context.ts';
import type { NodeActions } from './node-actions.ts';

export const smallestFont = 8;
export const largestFont = 32;
const defaultFont = 13;

/** Profiles and settings. */
export function createWorkspaceActions(context: ActionContext, nodes: NodeActions) {
  const { door, store } = context;
  const setDialog = (dialog: Dialog | undefined): void => store.change((state) => ({ ...state, dialog }));

  async function load(): Promise<void> {
    const reply = await door.loadWorkspace(undefined);
    store.change((state) =>
      reply.ok
        ? withWorkspace(state, reply.value)
        : { ...state, start: { kind: 'failed', error: reply.error } },
    );
    if (reply.ok) nodes.begin(reply.value);
  }

  async function saveSettings(settings: Settings): Promise<void> {
    // At once, so that a slider follows the hand; main's answer is what counts.
    store.change((state) => ({ ...state, settings }));
    const saved = await valueOrNotice(context, door.saveSettings(settings));
    if (saved !== undefined) store.change((state) => ({ ...state, settings: saved.value }));
  }

  return {
    load,
    /** Main begins what it has put off for the first paint. */
    painted: () => door.pagePainted(undefined),
    saveSettings,
    setDialog,
    async loadSharedSettings(): Promise<void> {
      const reply = await door.readSharedSettings(undefined);
      store.change((state) => ({
        ...state,
        sharedSettings: reply.ok
          ? { kind: 'ready', value: reply.value }
          : { kind: 'failed', error: reply.error },
      }));
    },
    /** Adds profiles of the AWS files as they are, each with a guess of its environment. */
    async addShared(shared: readonly SharedProfile[]): Promise<void> {
      let added = 0;
      for (const profile of shared) {
        const saved = await valueOrNotice(context, door.saveProfile({ profile: profileForShared(profile) }));
        if (saved === undefined) break;
        added += 1;
        void nodes.refresh(saved.value.id);
      }
      const [only] = shared;
      if (added > 0)
        tellDone(context, added === 1 && only ? `${only.name} added` : `${added} profiles added`);
    },
    async saveProfile(
      id: string | undefined,
      profile: ProfileInput,
      proxyPassword?: string,
    ): Promise<Reply<Profile>> {
      const password = proxyPassword === undefined ? {} : { proxyPassword };
      const reply = await door.saveProfile({ ...(id === undefined ? {} : { id }), profile, ...password });
      if (reply.ok) {
        setDialog(undefined);
        tellDone(context, `${reply.value.name} saved`);
        void nodes.refresh(reply.value.id);
      }
      return reply;
    },
    /** The path of a file that the person chose. */
    async chooseCertificates(): Promise<string | undefined> {
      return (await valueOrNotice(context, door.chooseCertificates(undefined)))?.value;
    },
    async removeProfile(profileId: string): Promise<void> {
      setDialog(undefined);
      const removed = await valueOrNotice(context, door.removeProfile({ profileId }));
      if (removed !== undefined) tellDone(context, 'Profile removed');
    },
    zoom(by: 1 | -1 | 'reset'): void {
      const { settings } = store.read();
      const fontSize = by === 'reset' ? defaultFont : settings.fontSize + by;
      if (fontSize < smallestFont || fontSize > largestFont) return;
      void saveSettings({ ...settings, fontSize });
    },
    async confirmQuit(quit: boolean): Promise<void> {
      store.change((state) => ({ ...state, quitQuestion: undefined }));
      await valueOrNotice(context, door.confirmQuit({ quit }));
    },
    async clearHistory(): Promise<void> {
      setDialog(undefined);
      const cleared = await valueOrNotice(context, door.clearHistory(undefined));
      if (cleared !== undefined) tellDone(context, 'History cleared');
    },
  };
}

export type WorkspaceActions = ReturnType<typeof createWorkspaceActions>;
