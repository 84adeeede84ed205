import type {
  ResourceGroupsTaggingAPIClient,
  ResourceGroupsTaggingAPIClientConfig,
  ResourceTagMapping,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { answerList, answerText } from './answer-members.ts';
import type { CallContext } from './call-context.ts';
import { toAppError } from './errors.ts';
import type { InstanceFacts } from './instances.ts';
import { LazyClient } from './lazy-client.ts';

/** The largest page of GetResources. */
const resourcesPerPage = 100;

/** As many as a resource can have at the service. */
const mostTags = 50;

/**
 * Tags of the nodes that were registered by hand (`mi-…`). Systems Manager tells them for one node a call, which a fleet of a
 * thousand would pay with minutes of throttling; the Resource Groups Tagging API has a hundred a page, and its own limit. The
 * SDK's part for it is loaded with the first call.
 */
export class HybridTags {
  readonly #client: LazyClient<ResourceGroupsTaggingAPIClient>;
  readonly #context: CallContext;
  readonly #abortSignal: AbortSignal;

  constructor(
    config: () => Promise<ResourceGroupsTaggingAPIClientConfig>,
    context: CallContext,
    abortSignal: AbortSignal,
  ) {
    this.#client = new LazyClient(async () => {
      const { ResourceGroupsTaggingAPIClient } = await import('@aws-sdk/client-resource-groups-tagging-api');
      return new ResourceGroupsTaggingAPIClient(await config());
    });
    this.#context = context;
    this.#abortSignal = abortSignal;
  }

  /** Those that have tags, a page at a time, in no order. Rejects with `AppError`. */
  async *list(): AsyncIterable<InstanceFacts[]> {
    let paginationToken: string | undefined;
    do {
      const token: string | undefined = paginationToken;
      const { mappings, following } = await this.#page(token);
      yield mappings.flatMap(toFacts);
      paginationToken = following;
    } while (paginationToken !== undefined);
  }

  close(): void {
    this.#client.destroy();
  }

  async #page(
    token: string | undefined,
  ): Promise<{ mappings: readonly ResourceTagMapping[]; following: string | undefined }> {
    const { GetResourcesCommand, ResourceGroupsTaggingAPIServiceException } = await import(
      '@aws-sdk/client-resource-groups-tagging-api'
    );
    try {
      const client = await this.#client.get();
      const answer = await client.send(
        new GetResourcesCommand({
          ResourceTypeFilters: ['ssm:managed-instance'],
          ResourcesPerPage: resourcesPerPage,
          ...(token !== undefined && { PaginationToken: token }),
        }),
        { abortSignal: this.#abortSignal },
      );
      // An empty text on the last page.
      return {
        mappings: answerList(answer.ResourceTagMappingList),
        following: answerText(answer.PaginationToken),
      };
    } catch (error) {
      throw toAppError(error, {
        ...this.#context,
        isOwn: (thrown) => thrown instanceof ResourceGroupsTaggingAPIServiceException,
      });
    }
  }
}

/** `arn:aws:ssm:eu-west-1:111122223333:managed-instance/mi-…`: the account and the node stand in it. */
const nodeArn = /^arn:[a-z-]+:ssm:[a-z0-9-]*:(\d{12}):managed-instance\/(mi-[0-9a-f]+)$/;

function toFacts({ ResourceARN: arn, Tags: tags }: ResourceTagMapping): InstanceFacts[] {
  const [, accountId, id] = nodeArn.exec(answerText(arn) ?? '') ?? [];
  if (id === undefined || accountId === undefined) return [];
  return [
    {
      id,
      tags: answerList(tags)
        .slice(0, mostTags)
        .flatMap(({ Key, Value }): [string, string][] => {
          const key = answerText(Key);
          return key === undefined ? [] : [[key, answerText(Value) ?? '']];
        }),
      accountId,
    },
  ];
}
