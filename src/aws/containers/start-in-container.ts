import { AppError } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import { parseContainerTarget } from '../../shared/targets.ts';
import {
  incompleteAnswer,
  type StartedSession,
  startSession,
  type StartSessionRequest,
  withTheWay,
} from '../calls/session-life.ts';
import type { SsmCaller } from '../calls/ssm-caller.ts';
import type { Verdict } from '../verdict.ts';
import { type ContainerLook, lookAtContainer } from './container-trouble.ts';
import type { EcsCalls } from './ecs-calls.ts';
import { agentAway } from './exec-errors.ts';

/** What is run for a shell. The agent runs it as it is, without a shell around it that would look for it. */
const shells: Readonly<Record<ManagedNode['platform'], string>> = {
  linux: '/bin/sh',
  macos: '/bin/sh',
  unknown: '/bin/sh',
  windows: 'powershell.exe',
};

/**
 * A session in a container. Where no session document is named it is asked for at ECS (ExecuteCommand), else at Systems Manager
 * (`docs/decisions/0003-ecs-exec.md`). The task is looked at first: ECS has one error for several things that can be wrong.
 */
export async function startInContainer(
  caller: SsmCaller,
  ecs: EcsCalls,
  request: StartSessionRequest,
): Promise<StartedSession> {
  const { target, documentName, reason } = request;
  const attempted = `Start a session on ${target}`;
  const refused = (verdict: Verdict, cause?: AppError): AppError => {
    const { region, displayName } = caller.options;
    const where = { region, ...(displayName !== undefined && { profileName: displayName }) };
    return new AppError({ where, ...cause?.data, ...verdict, attempted }, cause);
  };
  const parts = parseContainerTarget(target);
  if (parts === undefined) throw refused(notWritten);

  const { container, trouble } = await lookAtContainer(ecs, target).catch(whereBarred);
  if (trouble !== undefined) throw refused(trouble);

  if (documentName !== undefined) {
    try {
      return await startSession(caller, request, caller);
    } catch (error) {
      if (error instanceof AppError && error.data.code === 'target-not-connected')
        throw refused(agentAway, error);
      throw error;
    }
  }
  const { cluster, taskId } = parts;
  const containerName = container?.container?.name;
  const session = await ecs.executeCommand(attempted, {
    cluster,
    taskId,
    command: shells[container?.platform ?? 'unknown'],
    ...(containerName === undefined ? {} : { containerName }),
  });
  if (session === undefined) throw incompleteAnswer(attempted, 'ExecuteCommand', 'ECS');
  return {
    ...(await withTheWay(caller, session)),
    // The cluster may have a key for its sessions; whether it has, only the agent tells.
    handshake: 'unknown',
    isExec: true,
    ...(reason !== undefined && {
      warning: 'ECS Exec takes no reason: it is kept in the history of this computer only.',
    }),
  };
}

/** Who may not look at tasks may start sessions in them all the same. */
function whereBarred(error: unknown): ContainerLook {
  if (error instanceof AppError && error.data.code === 'access-denied')
    return { container: undefined, trouble: undefined };
  throw error;
}

const notWritten: Verdict = {
  code: 'bad-request',
  message: 'This is not how a container is written.',
  hint: 'A container is ecs:<cluster>_<task id>_<container runtime id>.',
  retryable: false,
};
