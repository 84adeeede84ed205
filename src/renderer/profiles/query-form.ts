import type { TargetQuery } from '../../shared/target-query.ts';

/** Where a profile's sessions go: to a node, or to any member of a query of that kind. */
export type TargetKind = 'node' | TargetQuery['kind'];

/** One tag as it is typed. */
export interface TagField {
  readonly id: string;
  readonly key: string;
  readonly value: string;
}

/** What the fields of a query hold. Those of other kinds keep what was typed, for whoever comes back to them. */
export interface QueryForm {
  readonly kind: TargetKind;
  readonly tags: readonly TagField[];
  readonly pattern: string;
  readonly group: string;
  readonly cluster: string;
  readonly service: string;
  readonly container: string;
}

export type QueryTextField = Exclude<keyof QueryForm, 'kind' | 'tags'>;
export type QueryField = QueryTextField | 'tags';

export const emptyQuery: QueryForm = {
  kind: 'node',
  tags: [{ id: 'first', key: '', value: '' }],
  pattern: '',
  group: '',
  cluster: '',
  service: '',
  container: '',
};

export const querySentences: Record<QueryField, string> = {
  tags: 'Each tag needs a key of its own, and a value: * stands for any.',
  pattern: 'A name of 1 to 256 characters, where * stands for any.',
  group: 'The name of an Auto Scaling group.',
  cluster: 'The name of the cluster, or its ARN.',
  service: 'The name of the service, or its ARN.',
  container: 'At most 255 characters.',
};

export function queryFormOf(query: TargetQuery | undefined): QueryForm {
  switch (query?.kind) {
    case undefined:
      return emptyQuery;
    case 'tags':
      return { ...emptyQuery, kind: 'tags', tags: query.tags.map((tag) => ({ id: tag.key, ...tag })) };
    case 'ecs-service':
      return { ...emptyQuery, ...query, container: query.container ?? '' };
    default:
      return { ...emptyQuery, ...query };
  }
}

/** The query that is typed, to be checked against the contract; undefined where sessions go to a node. */
export function typedQuery(form: QueryForm): unknown {
  const { kind, tags, pattern, group, cluster, service, container } = form;
  switch (kind) {
    case 'node':
      return undefined;
    case 'tags':
      return {
        kind,
        tags: tags
          .map(({ key, value }) => ({ key: key.trim(), value: value.trim() }))
          .filter(({ key, value }) => key !== '' || value !== ''),
      };
    case 'name':
      return { kind, pattern: pattern.trim() };
    case 'auto-scaling-group':
      return { kind, group: group.trim() };
    case 'ecs-service':
      return {
        kind,
        cluster: cluster.trim(),
        service: service.trim(),
        ...(container.trim() === '' ? {} : { container: container.trim() }),
      };
  }
}

/** The field that a part of a query stands in. */
export const queryFieldAt = ([first]: readonly PropertyKey[]): QueryField | undefined =>
  typeof first === 'string' && first in querySentences ? (first as QueryField) : undefined;
