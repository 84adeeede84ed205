import { type TargetQuery, targetQuerySchema } from '../shared/target-query.ts';

/** The options that stand for a query instead of a target. */
export interface QueryOptions {
  tag?: string[] | undefined;
  name?: string | undefined;
  'auto-scaling-group'?: string | undefined;
  'ecs-service'?: string | undefined;
}

export const queryOptionNames = ['tag', 'name', 'auto-scaling-group', 'ecs-service'] as const;

/** The query that the options ask for, undefined where there are none of them, or a complaint. */
export function readTargetQuery(options: QueryOptions): TargetQuery | string | undefined {
  const given = queryOptionNames.filter((name) => options[name] !== undefined);
  const [kind] = given;
  if (kind === undefined) return undefined;
  if (given.length > 1) return `--${given.join(' and --')} are queries of their own: give one`;
  return targetQuerySchema.safeParse(queryOf(options)).data ?? complaints[kind];
}

function queryOf(options: QueryOptions): unknown {
  const { tag, name, 'auto-scaling-group': group, 'ecs-service': service } = options;
  if (tag !== undefined) {
    return {
      kind: 'tags',
      tags: tag.map((text) => {
        const at = text.indexOf('=');
        return at < 0 ? text : { key: text.slice(0, at), value: text.slice(at + 1) };
      }),
    };
  }
  if (name !== undefined) return { kind: 'name', pattern: name };
  if (group !== undefined) return { kind: 'auto-scaling-group', group };
  const [cluster, serviceName, container, ...rest] = (service ?? '').split('/');
  return {
    kind: 'ecs-service',
    cluster,
    service: serviceName,
    ...(container === undefined ? {} : { container }),
    ...(rest.length === 0 ? {} : { rest }),
  };
}

const complaints: Record<(typeof queryOptionNames)[number], string> = {
  tag: '--tag is key=value, as in --tag Role=web or --tag Role=*, and each key is given once',
  name: '--name is a name of 1 to 256 characters, where * stands for any',
  'auto-scaling-group': '--auto-scaling-group is the name of a group',
  'ecs-service': '--ecs-service is cluster/service or cluster/service/container',
};
