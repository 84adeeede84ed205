import type { NodeGrouping } from '../../../shared/models.ts';
import type { App } from '../../app.ts';
import { remoteText } from '../../words/remote-text.ts';
import type { MenuItem } from '../overlays/menu-store.ts';

/** The keys that most nodes have; a key with a value of its own for each node groups nothing. */
const mostTags = 8;

/** What the nodes may be grouped by, with what they are grouped by now. */
export function groupingItems({ store, nodes, lists }: App): MenuItem[] {
  const { groupNodesBy: current = 'place' } = store.read().settings;
  const item = (label: string, by: NodeGrouping, isCurrent: boolean): MenuItem => ({
    label,
    ...(isCurrent ? { hint: 'now' } : {}),
    run: () => void lists.groupBy(by),
  });
  const currentTag = typeof current === 'string' ? undefined : current.tag;
  const tags = [...nodes.tagKeys()]
    .flatMap(({ key, written, values: { size } }) => (key === 'name' ? [] : [{ written, size }]))
    .sort((a, b) => b.size - a.size)
    .slice(0, mostTags)
    .map(({ written }) => written);
  if (currentTag !== undefined && !tags.some((tag) => tag.toLowerCase() === currentTag.toLowerCase()))
    tags.push(currentTag);
  return [
    item('Profile and Region', 'place', current === 'place'),
    item('Environment', 'environment', current === 'environment'),
    item('Account', 'account', current === 'account'),
    ...(nodes.clusters.isEmpty && current !== 'cluster'
      ? []
      : [item('Cluster', 'cluster', current === 'cluster')]),
    ...(tags.length === 0 ? [] : (['line'] satisfies MenuItem[])),
    ...tags.map((tag) =>
      item(`Tag ${remoteText(tag, 60)}`, { tag }, currentTag?.toLowerCase() === tag.toLowerCase()),
    ),
  ];
}
