import { AppError } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import type { EcsCalls } from './ecs-calls.ts';
import { toContainers } from './task-containers.ts';

/** Containers that came together, or why those of a cluster did not. */
export type ContainerPage = { nodes: ManagedNode[] } | { cluster: string; error: AppError };

type ListCalls = Pick<EcsCalls, 'listClusters' | 'listTasks' | 'describeTasks'>;

/**
 * The containers of all tasks of a Region, a hundred tasks at a time. A cluster that may not be looked into costs its own part
 * only. Rejects where the clusters cannot be listed: then nothing else is asked.
 */
export async function* listContainers(calls: ListCalls): AsyncIterable<ContainerPage> {
  for await (const clusters of calls.listClusters()) {
    for (const cluster of clusters) {
      try {
        for await (const tasks of calls.listTasks(cluster)) {
          const described = await calls.describeTasks(cluster, tasks);
          yield { nodes: described.flatMap(toContainers) };
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        yield { cluster, error };
      }
    }
  }
}

/**
 * The containers of one service, those first that are the best to connect to: online before others, healthy before unhealthy,
 * the latest started first. Rejects with `AppError`.
 *
 * @param service by its name
 */
export async function listServiceContainers(
  calls: Omit<ListCalls, 'listClusters'>,
  cluster: string,
  service: string,
): Promise<ManagedNode[]> {
  const found: ManagedNode[] = [];
  for await (const tasks of calls.listTasks(cluster, service)) {
    found.push(...(await calls.describeTasks(cluster, tasks)).flatMap(toContainers));
  }
  const orderOf = ({ name, id }: ManagedNode): string => `${name} ${id}`;
  return found.sort(
    (a, b) =>
      distance(a) - distance(b) ||
      (b.launchedAt ?? 0) - (a.launchedAt ?? 0) ||
      (orderOf(a) < orderOf(b) ? -1 : 1),
  );
}

const healthOrder = { healthy: 0, unknown: 0, unhealthy: 1 } as const;

const distance = ({ online, container }: ManagedNode): number =>
  (online ? 0 : 2) + healthOrder[container?.health ?? 'unknown'];
