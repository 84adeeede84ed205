/** Where a target runs, by the form of its id. */
export type TargetKind = 'ec2' | 'hybrid' | 'ecs';

/** The parts of `ecs:<cluster>_<task>_<container runtime id>`. */
export interface ContainerTarget {
  /** Its name, which may hold underscores. */
  cluster: string;
  taskId: string;
  /** Fargate: the task's id, a hyphen and digits. EC2: the id that Docker gave, 64 hex digits. */
  runtimeId: string;
}

const containerPattern = /^ecs:([\w-]{1,255})_([a-zA-Z0-9-]{1,64})_([a-zA-Z0-9-]{1,128})$/;

export const targetKind = (target: string): TargetKind =>
  target.startsWith('ecs:') ? 'ecs' : target.startsWith('mi-') ? 'hybrid' : 'ec2';

export const isContainerTarget = (target: string): boolean => targetKind(target) === 'ecs';

/** Undefined for what is no container, and for one that is not written as StartSession wants it. */
export function parseContainerTarget(target: string): ContainerTarget | undefined {
  const [, cluster, taskId, runtimeId] = containerPattern.exec(target) ?? [];
  return cluster === undefined || taskId === undefined || runtimeId === undefined
    ? undefined
    : { cluster, taskId, runtimeId };
}

export const containerTarget = ({ cluster, taskId, runtimeId }: ContainerTarget): string =>
  `ecs:${cluster}_${taskId}_${runtimeId}`;
