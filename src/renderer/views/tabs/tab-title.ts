import { nodeOf, type Tab, type ViewKind } from '../../state/tabs.ts';
import { queryText } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';

const viewTitles: Record<ViewKind, string> = {
  history: 'History',
  tunnels: 'Tunnels',
  commands: 'Commands',
};

/** The name a person gave the tab, else the node's. */
export function tabTitle(tab: Tab): string {
  if (tab.kind !== 'session') return viewTitles[tab.kind];
  if (tab.title !== undefined) return tab.title;
  const node = nodeOf(tab);
  if (node !== undefined) return remoteText(node.nodeName, 120) || node.target;
  return tab.request.targetQuery === undefined ? '' : queryText(tab.request.targetQuery);
}
