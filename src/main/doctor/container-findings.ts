import type { Finding } from '../../shared/doctor.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import { unknown } from './findings.ts';

/* What the answers of ECS mean: plain decisions on plain values. */

const good = (message: string): Finding => ({ verdict: 'good', message, fix: '' });

/** @param trouble what is said of a container that takes no session, undefined where nothing is known against it */
export function judgeTask(
  container: ManagedNode | undefined,
  trouble: { code: string; message: string; hint: string } | undefined,
): Finding {
  if (trouble?.code === 'task-gone') return { verdict: 'bad', message: trouble.message, fix: trouble.hint };
  const facts = container?.container;
  if (facts === undefined) return unknown('Nothing is known of the task.');
  if (facts.trouble === 'not-running')
    return { verdict: 'bad', message: trouble?.message ?? '', fix: trouble?.hint ?? '' };
  const service = facts.service === undefined ? '' : ` of the service ${facts.service}`;
  const runs = `Its task${service} runs in the cluster ${facts.cluster}`;
  if (facts.health !== 'unhealthy') return good(`${runs}.`);
  return {
    verdict: 'attention',
    message: `${runs}, but its health check fails.`,
    fix: 'A session is possible all the same; the service may replace the task at any time.',
  };
}

export function judgeExecuteCommand(container: ManagedNode | undefined, hint: string): Finding {
  const facts = container?.container;
  if (facts === undefined) return unknown('Nothing is known of the task.');
  if (facts.trouble !== 'exec-off') return good('Execute command was on when the task started.');
  return { verdict: 'bad', message: 'Execute command is off for this task.', fix: hint };
}

/** The agent in the container, which ECS starts and knows the state of. */
export function judgeManagedAgent(
  container: ManagedNode | undefined,
  trouble: { message: string; hint: string } | undefined,
): Finding {
  const facts = container?.container;
  switch (facts?.trouble) {
    case 'exec-off':
      return unknown('A task without execute command has none.');
    case 'not-running':
      return unknown('It starts with the container.');
    case 'agent-pending':
    case 'agent-stopped':
      return { verdict: 'bad', message: trouble?.message ?? '', fix: trouble?.hint ?? '' };
    case undefined:
      return facts === undefined
        ? unknown('Nothing is known of the task.')
        : good('The agent of ECS Exec runs in the container.');
  }
}
