import type { DoctorCalls } from '../../aws/doctor/doctor-calls.ts';
import type { ControlPlane } from '../../aws/control-plane.ts';
import type { CheckName, ExamineRequest, Finding } from '../../shared/doctor.ts';
import { parseContainerTarget } from '../../shared/targets.ts';
import { judgeExecuteCommand, judgeManagedAgent, judgeTask } from './container-findings.ts';
import type { Answer, Examiner } from './examiner.ts';
import { failedCall, unknown } from './findings.ts';

/**
 * What a session in a container needs beside what every session needs: that its task is there and runs, that execute command was
 * on when it started, that the agent in it runs, and that the cluster's key may be used.
 */
export async function examineContainer(
  { target, documentName }: Pick<ExamineRequest, 'target' | 'documentName'>,
  controlPlane: Pick<ControlPlane, 'lookAtContainer' | 'execKeyOf'>,
  calls: Pick<DoctorCalls, 'tryKey'>,
  examiner: Examiner,
): Promise<void> {
  const task = async (): Promise<void> => {
    const startedAt = examiner.begin('task', 'exec', 'agent');
    const look = await examiner.ask(controlPlane.lookAtContainer(target), 'ecs:DescribeTasks');
    const conclude = (name: CheckName, finding: Finding): void => examiner.conclude(name, finding, startedAt);
    if ('error' in look) {
      // A shell can be started by somebody who may not look at tasks.
      const isBarred = look.error.code === 'access-denied';
      conclude('task', failedCall(look.error, isBarred ? 'attention' : 'bad'));
      conclude('exec', unknown('The task could not be looked at.'));
      conclude('agent', unknown('The task could not be looked at.'));
      return;
    }
    const { container, trouble } = look.value;
    conclude('task', judgeTask(container, trouble));
    conclude('exec', judgeExecuteCommand(container, trouble?.hint ?? ''));
    conclude('agent', judgeManagedAgent(container, trouble));
  };
  const key = async (): Promise<void> => {
    const startedAt = examiner.begin('key');
    const { cluster } = parseContainerTarget(target) ?? { cluster: '' };
    const asked = await examiner.ask(controlPlane.execKeyOf(cluster), 'ecs:DescribeClusters');
    examiner.conclude('key', await judged(asked), startedAt);
  };
  const judged = async (asked: Answer<string | undefined>): Promise<Finding> => {
    if ('error' in asked) return unknown('Which key the cluster has for ECS Exec could not be read.');
    const keyId = asked.value;
    if (keyId === undefined) {
      const message = 'The cluster has none for ECS Exec: TLS encrypts the session.';
      return { verdict: 'good', message, fix: '' };
    }
    const tried = await examiner.ask(calls.tryKey(keyId, target), 'kms:GenerateDataKey');
    return 'error' in tried
      ? failedCall(tried.error)
      : { verdict: 'good', message: `kms:GenerateDataKey is allowed on ${keyId}.`, fix: '' };
  };
  // A document that is named brings its own key.
  await Promise.all([task(), documentName === undefined ? key() : undefined]);
}
