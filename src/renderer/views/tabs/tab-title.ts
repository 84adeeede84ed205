import type { Tab, ViewKind } from '../../state/tabs.ts';
import { remoteText } from '../../words/remote-text.ts';

const viewTitles: Record<ViewKind, string> = {
  history: 'History',
  tunnels: 'Tunnels',
  commands: 'Commands',
};

/** The name a person gave the tab, else the node's. */
export function tabTitle(tab: Tab): string {
  if (tab.kind !== 'session') return viewTitles[tab.kind];
  const { nodeName = '', target } = tab.request;
  return tab.title ?? (remoteText(nodeName, 120) || target);
}
