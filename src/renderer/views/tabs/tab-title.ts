import type { Tab } from '../../state/tabs.ts';
import { remoteText } from '../../words/remote-text.ts';

/** The name a person gave the tab, else the node's. */
export function tabTitle(tab: Tab): string {
  if (tab.kind === 'history') return 'History';
  const { nodeName = '', target } = tab.request;
  return tab.title ?? (remoteText(nodeName, 120) || target);
}
