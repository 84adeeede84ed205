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

/**
 * Whether a text fits the pattern, as EC2's filters do it. Made once for a pattern, since a fleet is compared with it. Takes time
 * in proportion to both lengths, whatever the pattern.
 */
export function patternMatcher(pattern: string): (text: string) => boolean {
  const exact = exactText(pattern);
  if (exact !== undefined) return (text) => text === exact;
  const tokens = pattern.match(/\\[\\*?]|[^]/g) ?? [];
  const firstWild = tokens.findIndex((token) => token === '*' || token === '?');
  const prefix = exactText(tokens.slice(0, firstWild).join('')) ?? '';
  const rest = tokens.slice(firstWild);
  return (text) => text.startsWith(prefix) && fitTokens(rest, text.slice(prefix.length));
}

function fitTokens(tokens: readonly string[], text: string): boolean {
  // Which beginnings of the text fit the tokens so far.
  let reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (const token of tokens) {
    const next = new Uint8Array(text.length + 1);
    const literal = token.length === 2 ? token.slice(1) : token;
    for (let at = 0; at <= text.length; at += 1) {
      const before = at > 0 && reached[at - 1] === 1;
      const fits =
        token === '*'
          ? reached[at] === 1 || (at > 0 && next[at - 1] === 1)
          : token === '?'
            ? reached[at] === 1 || before
            : before && text[at - 1] === literal;
      next[at] = fits ? 1 : 0;
    }
    reached = next;
  }
  return reached[text.length] === 1;
}

/** Whether tags fulfil all conditions. */
export function tagMatcher(
  conditions: readonly TagCondition[],
): (tags: readonly (readonly [key: string, value: string])[]) => boolean {
  const wanted = conditions.map(({ key, pattern }) => ({ key, fits: patternMatcher(pattern) }));
  return (tags) =>
    wanted.every(({ key, fits }) => tags.some(([known, value]) => known === key && fits(value)));
}

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
