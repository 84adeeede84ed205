import type { EC2Client, EC2ClientConfig, Filter, Instance } from '@aws-sdk/client-ec2';
import { answerList, answerText } from './answer-members.ts';
import type { CallContext } from './call-context.ts';
import { toAppError } from './errors.ts';
import { LazyClient } from './lazy-client.ts';
import { leaveOutUnread } from './unread-parts.ts';

/** What EC2 knows of an instance that Systems Manager does not tell. Names and tags are anybody's words. */
export interface InstanceFacts {
  id: string;
  /** In the order of the answer; at most {@link mostTags}. */
  tags: [key: string, value: string][];
  /** e.g. `running`, `stopped`. */
  state?: string;
  /** Epoch milliseconds of the last start. */
  launchedAt?: number;
  privateIp?: string;
  /** The account that owns it, twelve digits. */
  accountId?: string;
}

/**
 * Values that one filter takes at most are 200; with a quarter of them, as many as a page of Systems Manager brings, an answer is
 * some 200 KB of XML, and reading it keeps this thread for half a frame.
 */
const idsPerCall = 50;

/** As many as an instance can have at the service. */
const mostTags = 50;

/** A page of a search: small enough for one answer not to keep this thread. */
const instancesPerPage = 200;

/** Pages may be empty and name a next one all the same: after so many a search is left. */
const mostPages = 50;

/** DescribeInstances of EC2. The SDK's part for EC2, the largest there is, is loaded with the first call. */
export class Instances {
  readonly #client: LazyClient<EC2Client>;
  readonly #context: CallContext;
  readonly #abortSignal: AbortSignal;

  constructor(config: () => Promise<EC2ClientConfig>, context: CallContext, abortSignal: AbortSignal) {
    this.#client = new LazyClient(async () => {
      const { EC2Client } = await import('@aws-sdk/client-ec2');
      const client = new EC2Client(await config());
      leaveOutUnread(client);
      return client;
    });
    this.#context = context;
    this.#abortSignal = abortSignal;
  }

  /** However many there are, in calls of {@link idsPerCall}, one after the other. Rejects with `AppError`. */
  async describe(ids: readonly string[]): Promise<InstanceFacts[]> {
    const found: InstanceFacts[] = [];
    for (let at = 0; at < ids.length; at += idsPerCall) {
      found.push(...(await this.#describeSome(ids.slice(at, at + idsPerCall))));
    }
    return found;
  }

  /** Those that all filters let pass. @param limit no page is asked for beyond so many; `hasMore` then says so */
  async find(
    filters: readonly Filter[],
    limit: number,
  ): Promise<{ instances: InstanceFacts[]; hasMore: boolean }> {
    const found: InstanceFacts[] = [];
    let nextToken: string | undefined;
    let pages = 0;
    do {
      const page = await this.#page(filters, instancesPerPage, nextToken);
      found.push(...page.instances);
      nextToken = page.nextToken;
      pages += 1;
    } while (nextToken !== undefined && found.length < limit && pages < mostPages);
    return { instances: found.slice(0, limit), hasMore: nextToken !== undefined || found.length > limit };
  }

  /** Asks by a filter and not by ids, since one id that is gone would fail the call. */
  async #describeSome(ids: readonly string[]): Promise<InstanceFacts[]> {
    const found: InstanceFacts[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#page([{ Name: 'instance-id', Values: [...ids] }], undefined, nextToken);
      found.push(...page.instances);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  async #page(
    filters: readonly Filter[],
    size: number | undefined,
    token: string | undefined,
  ): Promise<{ instances: InstanceFacts[]; nextToken: string | undefined }> {
    const { DescribeInstancesCommand, EC2ServiceException } = await import('@aws-sdk/client-ec2');
    try {
      const client = await this.#client.get();
      const answer = await client.send(
        new DescribeInstancesCommand({
          Filters: [...filters],
          ...(size !== undefined && { MaxResults: size }),
          ...(token !== undefined && { NextToken: token }),
        }),
        { abortSignal: this.#abortSignal },
      );
      const instances = answerList(answer.Reservations).flatMap((reservation) => {
        const accountId = accountOf(reservation.OwnerId);
        return answerList(reservation.Instances).flatMap((instance) => toFacts(instance, accountId));
      });
      return { instances, nextToken: answerText(answer.NextToken) };
    } catch (error) {
      throw toAppError(error, { ...this.#context, isOwn: (thrown) => thrown instanceof EC2ServiceException });
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

function toFacts(instance: Instance, accountId: string | undefined): InstanceFacts[] {
  const id = answerText(instance.InstanceId);
  if (id === undefined) return [];
  const state = answerText(instance.State?.Name);
  const launchedAt = instance.LaunchTime instanceof Date ? instance.LaunchTime.getTime() : Number.NaN;
  const privateIp = answerText(instance.PrivateIpAddress);
  return [
    {
      id,
      tags: answerList(instance.Tags)
        .slice(0, mostTags)
        .flatMap(({ Key, Value }): [string, string][] => {
          const key = answerText(Key);
          return key === undefined ? [] : [[key, answerText(Value) ?? '']];
        }),
      ...(state !== undefined && { state }),
      ...(Number.isFinite(launchedAt) && { launchedAt }),
      ...(privateIp !== undefined && { privateIp }),
      ...(accountId !== undefined && { accountId }),
    },
  ];
}

const accountOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{12}$/.test(value) ? value : undefined;
