import { labAccountId } from '../../lab-account.ts';
import { ApiError } from '../api-error.ts';
import type { Operation } from '../context.ts';
import { listOfText, optionalInteger, optionalText } from '../members.ts';
import { pageOf } from '../paging.ts';

const nodeType = 'ssm:managed-instance';

/** The tagging API, for the nodes that were registered by hand. Resources without tags are not in it. */
export const getResources: Operation = (members, context, region) => {
  const types = listOfText(members, 'ResourceTypeFilters');
  if (!types.includes(nodeType))
    throw new ApiError('InvalidParameterException', `The lab knows resources of the type ${nodeType} only.`);
  const tagged = context
    .nodesIn(region)
    .filter(({ id, tags }) => id.startsWith('mi-') && Object.keys(tags).length > 0);
  const size = optionalInteger(members, 'ResourcesPerPage', 1, 100) ?? 50;
  const token = optionalText(members, 'PaginationToken');
  const { items, nextToken = '' } = pageOf('GetResources', tagged, size, token === '' ? undefined : token);
  return {
    PaginationToken: nextToken,
    ResourceTagMappingList: items.map(({ id, tags }) => ({
      ResourceARN: `arn:aws:ssm:${region}:${labAccountId}:managed-instance/${id}`,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};
