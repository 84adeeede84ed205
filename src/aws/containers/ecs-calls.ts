import type { Cluster, ECSClient, ECSClientConfig, Task } from '@aws-sdk/client-ecs';
import { answerList, answerText } from '../answer-members.ts';
import type { CallContext } from '../call-context.ts';
import { toAppError } from '../errors.ts';
import { LazyClient } from '../lazy-client.ts';

/** The largest page that ListClusters and ListTasks give, and the most tasks that one DescribeTasks takes. */
const perPage = 100;

/** What opens the data channel of an ECS Exec session. `tokenValue` lets its holder take the session over. */
export interface ExecSession {
  sessionId: string;
  tokenValue: string;
  streamUrl: string;
}

export interface ExecRequest {
  cluster: string;
  taskId: string;
  /** Absent where it could not be found out: then the task must have one container only. */
  containerName?: string;
  /** Split into words and run as it is, without a shell around it. */
  command: string;
}

type EcsPackage = typeof import('@aws-sdk/client-ecs');

/** The calls to ECS. The SDK's part for it is loaded with the first. All rejections are `AppError`. */
export class EcsCalls {
  readonly #client: LazyClient<ECSClient>;
  readonly #context: (attempted: string, operation: string) => CallContext;
  readonly #abortSignal: AbortSignal;

  constructor(
    config: () => Promise<ECSClientConfig>,
    context: (attempted: string, operation: string) => CallContext,
    abortSignal: AbortSignal,
  ) {
    this.#client = new LazyClient(async () => {
      const { ECSClient } = await import('@aws-sdk/client-ecs');
      return new ECSClient(await config());
    });
    this.#context = context;
    this.#abortSignal = abortSignal;
  }

  /** Names, a page at a time. */
  async *listClusters(): AsyncIterable<string[]> {
    yield* this.#pages(async (nextToken) => {
      const { clusterArns, nextToken: following } = await this.#call(
        'List the ECS clusters',
        'ListClusters',
        async (ecs, client, init) =>
          client.send(new ecs.ListClustersCommand({ maxResults: perPage, ...nextToken }), init),
      );
      return { items: textsOf(clusterArns).map(lastPart), following };
    });
  }

  /** ARNs of the tasks that run or are about to, a page at a time: as many as fit one DescribeTasks. */
  async *listTasks(cluster: string, service?: string): AsyncIterable<string[]> {
    const attempted =
      service === undefined
        ? `List the tasks of the cluster ${cluster}`
        : `List the tasks of the service ${service} in the cluster ${cluster}`;
    yield* this.#pages(async (nextToken) => {
      const { taskArns, nextToken: following } = await this.#call(
        attempted,
        'ListTasks',
        async (ecs, client, init) =>
          client.send(
            new ecs.ListTasksCommand({
              cluster,
              maxResults: perPage,
              ...(service === undefined ? {} : { serviceName: service }),
              ...nextToken,
            }),
            init,
          ),
      );
      return { items: textsOf(taskArns), following };
    });
  }

  /** Those that the service knows no more are left out. @param tasks ids or ARNs, at most {@link perPage} */
  async describeTasks(cluster: string, tasks: readonly string[]): Promise<readonly Task[]> {
    if (tasks.length === 0) return [];
    const answer = await this.#call(
      `Look at the tasks of the cluster ${cluster}`,
      'DescribeTasks',
      async (ecs, client, init) =>
        client.send(new ecs.DescribeTasksCommand({ cluster, tasks: [...tasks], include: ['TAGS'] }), init),
    );
    return answerList(answer.tasks);
  }

  /** With how its sessions are encrypted and logged. Undefined where the service knows no such cluster. */
  async describeCluster(cluster: string): Promise<Cluster | undefined> {
    const answer = await this.#call(
      `Look at the cluster ${cluster}`,
      'DescribeClusters',
      async (ecs, client, init) =>
        client.send(
          new ecs.DescribeClustersCommand({ clusters: [cluster], include: ['CONFIGURATIONS'] }),
          init,
        ),
    );
    return answerList(answer.clusters).find(({ clusterName }) => clusterName === cluster);
  }

  /** Undefined where the answer lacks a part of it. */
  async executeCommand(
    attempted: string,
    { cluster, taskId, containerName, command }: ExecRequest,
  ): Promise<ExecSession | undefined> {
    const answer = await this.#call(attempted, 'ExecuteCommand', async (ecs, client, init) =>
      client.send(
        new ecs.ExecuteCommandCommand({
          cluster,
          task: taskId,
          command,
          // The service offers nothing else.
          interactive: true,
          ...(containerName === undefined ? {} : { container: containerName }),
        }),
        init,
      ),
    );
    const sessionId = answerText(answer.session?.sessionId);
    const tokenValue = answerText(answer.session?.tokenValue);
    const streamUrl = answerText(answer.session?.streamUrl);
    if (sessionId === undefined || tokenValue === undefined || streamUrl === undefined) return undefined;
    return { sessionId, tokenValue, streamUrl };
  }

  close(): void {
    this.#client.destroy();
  }

  async *#pages(
    page: (token: { nextToken?: string }) => Promise<{ items: string[]; following: unknown }>,
  ): AsyncIterable<string[]> {
    let nextToken: string | undefined;
    do {
      const { items, following } = await page(nextToken === undefined ? {} : { nextToken });
      yield items;
      nextToken = answerText(following);
    } while (nextToken !== undefined);
  }

  async #call<T>(
    attempted: string,
    operation: string,
    run: (ecs: EcsPackage, client: ECSClient, init: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const ecs = await import('@aws-sdk/client-ecs');
    try {
      return await run(ecs, await this.#client.get(), { abortSignal: this.#abortSignal });
    } catch (error) {
      throw toAppError(error, {
        ...this.#context(attempted, operation),
        isOwn: (thrown) => thrown instanceof ecs.ECSServiceException,
      });
    }
  }
}

/** Undefined where the sessions of the cluster have no key. */
export async function execKeyOf(
  calls: Pick<EcsCalls, 'describeCluster'>,
  cluster: string,
): Promise<string | undefined> {
  const found = await calls.describeCluster(cluster);
  return answerText(found?.configuration?.executeCommandConfiguration?.kmsKeyId);
}

function textsOf(values: readonly unknown[] | undefined): string[] {
  return Array.isArray(values) ? values.flatMap((value) => answerText(value) ?? []) : [];
}

/** `arn:aws:ecs:eu-west-1:111122223333:cluster/web`: what stands behind the last slash. */
export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
