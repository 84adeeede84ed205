import type { Verdict } from '../verdict.ts';

export const execNotEnabled: Verdict = {
  code: 'exec-not-enabled',
  message: 'Execute command is off for this task.',
  hint: 'It is set when a task starts: switch enableExecuteCommand on for the service and deploy it anew, or run the task with it.',
  retryable: false,
};

/** What keeps the agent in a container away, as AWS's guide to ECS Exec has it. */
export const agentNeeds =
  'Check that the role of the task allows ssmmessages:CreateControlChannel, CreateDataChannel, OpenControlChannel and OpenDataChannel, that the task reaches ssmmessages of its Region over HTTPS, and that its root file system can be written to.';

export const agentAway: Verdict = {
  code: 'target-not-connected',
  message: 'The agent of ECS Exec in this container is not connected.',
  hint: `${agentNeeds} It is not started again by itself: a new task has a new one.`,
  retryable: true,
};

/** What ECS says of a container that takes no session. Undefined for what any call can end with. */
export function judgeExec(name: string): Verdict | undefined {
  switch (name) {
    case 'TargetNotConnectedException':
      return agentAway;
    case 'ClusterNotFoundException':
      return {
        code: 'task-gone',
        message: 'There is no such cluster any more, or not in this Region.',
        hint: 'Refresh the node list and choose a container of another one.',
        retryable: false,
      };
    case 'InvalidParameterException':
      // The one name for a task that has ended, for execute command that is off, and for an agent that does not run.
      return {
        ...execNotEnabled,
        message: 'Execute command is off for this task, its agent does not run, or the task has ended.',
      };
    default:
      return undefined;
  }
}
