import type { TargetQuery } from './target-query.ts';

/** The tag that EC2 Auto Scaling gives to the instances of a group. */
export const autoScalingGroupTag = 'aws:autoscaling:groupName';

/** What has to be so for a member: the value of a tag, as a pattern with `*` and `?`. */
export interface TagCondition {
  readonly key: string;
  readonly pattern: string;
}

/** A query as conditions on tags. */
export function tagConditions(query: Exclude<TargetQuery, { kind: 'ecs-service' }>): TagCondition[] {
  switch (query.kind) {
    case 'tags':
      return query.tags.map(({ key, value }) => ({ key, pattern: value }));
    case 'name':
      return [{ key: 'Name', pattern: query.pattern }];
    case 'auto-scaling-group':
      return [{ key: autoScalingGroupTag, pattern: query.group.replaceAll(/[\\*?]/g, String.raw`\$&`) }];
  }
}

/** The text that a pattern stands for; undefined where it has wildcards and stands for many. */
export function exactText(pattern: string): string | undefined {
  const plain = pattern.replaceAll(/\\[\\*?]/g, '');
  return /[*?]/.test(plain) ? undefined : pattern.replaceAll(/\\([\\*?])/g, '$1');
}

/** Whether a text fits a pattern, as EC2's filters do it. Takes time in proportion to both lengths, whatever the pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  const tokens = pattern.match(/\\[\\*?]|[^]/g) ?? [];
  // Which beginnings of the text fit the tokens so far.
  let reached = Array.from({ length: text.length + 1 }, (_, at) => at === 0);
  for (const token of tokens) {
    const next = Array.from({ length: text.length + 1 }, () => false);
    const literal = token.length === 2 ? token.slice(1) : token;
    for (let at = 0; at <= text.length; at += 1) {
      const before = at > 0 && reached[at - 1] === true;
      if (token === '*') next[at] = reached[at] === true || (at > 0 && next[at - 1] === true);
      else if (token === '?') next[at] = reached[at] === true || before;
      else next[at] = before && text[at - 1] === literal;
    }
    reached = next;
  }
  return reached[text.length] === true;
}

/** Whether tags fulfil all conditions. */
export const fitTags = (
  conditions: readonly TagCondition[],
  tags: readonly (readonly [key: string, value: string])[],
): boolean =>
  conditions.every(({ key, pattern }) =>
    tags.some(([known, value]) => known === key && matchesPattern(pattern, value)),
  );

/** What a person reads for a query, in one line. */
export function queryLabel(query: TargetQuery): string {
  switch (query.kind) {
    case 'tags':
      return query.tags.map(({ key, value }) => `${key}=${value}`).join(', ');
    case 'name':
      return `name ${query.pattern}`;
    case 'auto-scaling-group':
      return `group ${query.group}`;
    case 'ecs-service': {
      const { cluster, service, container } = query;
      return `service ${[nameInArn(cluster), nameInArn(service), ...(container === undefined ? [] : [container])].join('/')}`;
    }
  }
}

/** The name at the end of an ARN, or the name. */
export const nameInArn = (nameOrArn: string): string => nameOrArn.split('/').at(-1) ?? nameOrArn;
