import type { Check, CheckName, Examination, Verdict } from '../../shared/doctor.ts';
import { isContainerTarget } from '../../shared/targets.ts';
import { awsFacts } from './errors.ts';
import { count } from './numbers.ts';
import { withoutSecrets } from './secrets.ts';

const titles: Record<CheckName, string> = {
  identity: 'Credentials',
  proxy: 'Proxy',
  endpoint: 'Endpoint',
  gateway: 'Message gateway',
  clock: 'Clock',
  permissions: 'Permissions',
  node: 'Node',
  ping: 'Connection of its agent',
  task: 'Task',
  exec: 'Execute command',
  agent: 'Agent',
  document: 'Session document',
  key: 'Encryption key',
};

export const checkTitle = (name: CheckName): string => titles[name];

const verdictWords: Record<Verdict, string> = {
  good: 'good',
  attention: 'worth a look',
  bad: 'in the way',
  unknown: 'not known',
};

export const verdictWord = (verdict: Verdict): string => verdictWords[verdict];

const verdictsOf = (checks: readonly Check[]): Verdict[] =>
  checks.flatMap(({ state }) => (state.kind === 'done' ? [state.finding.verdict] : []));

/** What an examination comes to, in a sentence. */
export function summary({ progress, checks }: Pick<Examination, 'progress' | 'checks'>): {
  readonly tone: 'quiet' | 'good' | 'attention' | 'bad';
  readonly text: string;
} {
  const verdicts = verdictsOf(checks);
  const bad = verdicts.filter((verdict) => verdict === 'bad').length;
  if (bad > 0) {
    return { tone: 'bad', text: `${count(bad, 'thing')} ${bad === 1 ? 'stands' : 'stand'} in the way.` };
  }
  if (progress === 'running') {
    return { tone: 'quiet', text: `Looking: ${verdicts.length} of ${checks.length} looked at.` };
  }
  if (progress === 'stopped') return { tone: 'quiet', text: 'Stopped before everything was looked at.' };
  const unknown = verdicts.filter((verdict) => verdict === 'unknown').length;
  const rest = unknown === 0 ? '' : ` ${count(unknown, 'thing')} could not be found out.`;
  const attention = verdicts.includes('attention');
  return {
    tone: attention ? 'attention' : 'good',
    text: `Nothing was found that stands in the way${attention ? ', but something is worth a look' : ''}.${rest}`,
  };
}

/** Everything, as text for a ticket. */
export function examinationReport(examination: Examination): string {
  const { nodeName, target, profileName, region, documentName, startedAt, checks } = examination;
  const lines = [
    `Why is there no session on ${nodeName === target ? target : `${nodeName} (${target})`}?`,
    `Profile: ${profileName}${region === '' ? '' : `, ${region}`}`,
    `Document: ${documentName ?? (isContainerTarget(target) ? 'none, by ECS Exec' : 'default of the account')}`,
    `Looked at: ${new Date(startedAt).toISOString()}`,
    summary(examination).text,
    '',
    ...checks.flatMap(checkLines),
  ];
  return withoutSecrets(lines.join('\n'));
}

function checkLines({ name, state }: Check): string[] {
  if (state.kind !== 'done') return [`${titles[name]}: not looked at yet`];
  const { verdict, message, fix, error } = state.finding;
  return [
    `${titles[name]}: ${verdictWords[verdict]} (${Math.round(state.tookMs)} ms). ${message}`,
    ...(fix === '' ? [] : [`  What to do: ${fix}`]),
    ...(error?.aws === undefined ? [] : [`  AWS: ${awsFacts(error).join(', ')}`]),
  ];
}
