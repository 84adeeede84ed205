import type { InventoryHead, ListGap, ListPart } from '../../shared/inventory.ts';

/** What is missing in a list, as in "why … are missing". */
export const gapWords: Readonly<Record<ListPart, string>> = {
  names: 'names',
  'hybrid-tags': 'tags of hybrid nodes',
  containers: 'containers',
};

const titles: Readonly<Record<ListPart, string>> = {
  names: 'Without names and tags of EC2',
  'hybrid-tags': 'Without tags of hybrid nodes',
  containers: 'Without all containers of ECS',
};

export const gapTitle = ({ part }: ListGap): string => titles[part];

/**
 * Those that a mark beside the list tells of. Many may not list containers and never miss them: where the right to is missing,
 * only the list's menu says so.
 */
export const gapsWorthAMark = ({ gaps = [] }: InventoryHead): ListGap[] =>
  gaps.filter(({ part, error }) => part !== 'containers' || error.code !== 'access-denied');
