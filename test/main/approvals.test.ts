import { describe, expect, test } from 'vitest';
import type { AccessGrant, AccessStatus, StartedSession } from '../../src/aws/control-plane.ts';
import type { SessionSummary } from '../../src/shared/models.ts';
import { appError, type FakeControlPlane, held, turns } from './support/fake-service.ts';
import { Bench, places, profile, request } from './support/registry-bench.ts';

const hour = 3_600_000;

/** A service where a session takes an approval: what it decides, and what it was asked. */
class ApprovalBench extends Bench {
  status: AccessStatus = { kind: 'pending' };
  /** What StartSession and ResumeSession answer to the keys of an approval. */
  grantedRefusal: Error | undefined;
  mayResumeWithout = false;
  #asked = 0;

  constructor(place: (typeof places)[number]) {
    super(place);
    this.service.eachPlane = (plane) => this.#prepare(plane);
  }

  /** Keys that are good for so long from now. */
  approve(forMs = hour): AccessGrant {
    const grant: AccessGrant = {
      requestId: `oi-00000000000${this.#asked}`,
      credentials: { accessKeyId: 'k', secretAccessKey: 'secret-granted', sessionToken: 'secret-session' },
      expiresAt: this.clock.now() + forMs,
    };
    this.status = { kind: 'approved', grant };
    return grant;
  }

  get calls(): string[] {
    return this.service.planes.flatMap(({ calls, grant }) =>
      calls.map((call) => (grant === undefined ? call : `${call} (approved)`)),
    );
  }

  async started(change: object = {}): Promise<string> {
    const { key } = this.registry.start({ ...request, ...change });
    await turns();
    return key;
  }

  async asked(key: string, reason = 'INC-1'): Promise<void> {
    await this.lives.askForAccess(key, reason);
    await turns();
  }

  /** Time for a look at the status. */
  async later(ms = 1000): Promise<void> {
    this.clock.advance(ms);
    await turns();
    await turns();
  }

  /** A session that was approved and is live. */
  async approved(forMs = hour): Promise<string> {
    const key = await this.started();
    await this.asked(key);
    this.approve(forMs);
    await this.later();
    this.channel.tell({ kind: 'live' });
    return key;
  }

  of(key: string): SessionSummary {
    return this.registry.list().find((session) => session.key === key) as SessionSummary;
  }

  #prepare(plane: FakeControlPlane): void {
    const start = plane.startAnswer;
    const resume = plane.resumeAnswer;
    const isGood = (): boolean => plane.grant !== undefined && plane.grant.expiresAt > this.clock.now();
    plane.startAnswer = () => {
      if (plane.grant === undefined) return Promise.reject(appError('approval-needed'));
      if (this.grantedRefusal !== undefined) return Promise.reject(this.grantedRefusal);
      return isGood() ? start() : Promise.reject(appError('credentials-expired'));
    };
    plane.resumeAnswer = () => {
      if (plane.grant === undefined && !this.mayResumeWithout)
        return Promise.reject(appError('access-denied'));
      return plane.grant === undefined || isGood()
        ? resume()
        : Promise.reject(appError('credentials-expired'));
    };
    plane.askAnswer = () => {
      this.#asked += 1;
      return Promise.resolve(`oi-00000000000${this.#asked}`);
    };
    plane.accessAnswer = (requestId) => {
      const { status } = this;
      // One that was approved once stays the same object, as keys do.
      if (status.kind === 'approved' && status.grant.requestId !== requestId)
        this.status = { kind: 'approved', grant: { ...status.grant, requestId } };
      return Promise.resolve(this.status);
    };
  }
}

describe.each(places)('with the bytes in %s', (place) => {
  test('a session that needs an approval asks for a reason, with the one it was started for', async () => {
    const bench = new ApprovalBench(place);
    const key = await bench.started({ reason: 'INC-7' });
    expect(bench.of(key).state).toEqual({
      kind: 'needs-approval',
      error: appError('approval-needed').data,
      reason: 'INC-7',
    });
    expect(bench.calls).toEqual(['start i-1']);
  });

  test('it asks the service, waits, and starts with the keys of the approval', async () => {
    const bench = new ApprovalBench(place);
    const key = await bench.started();
    await bench.asked(key, 'disk full');
    expect(bench.of(key).state).toEqual({
      kind: 'awaiting-approval',
      requestId: 'oi-000000000001',
      reason: 'disk full',
      since: 0,
    });
    await bench.later();
    expect(bench.of(key).state.kind).toBe('awaiting-approval');
    bench.approve();
    await bench.later(5000);
    expect(bench.of(key)).toMatchObject({
      sessionId: 's-1',
      state: { kind: 'connecting' },
      approval: { requestId: 'oi-000000000001', until: hour + 1000 },
    });
    expect(bench.calls).toEqual([
      'start i-1',
      'ask i-1: disk full',
      'access oi-000000000001',
      'access oi-000000000001',
      'start i-1 (approved)',
    ]);
    expect(bench.accessOutcomes).toEqual(['approved']);
  });

  test('neither news, notes nor what is kept on disk hold the keys', async () => {
    const bench = new ApprovalBench(place);
    await bench.approved();
    const told = JSON.stringify([bench.news, bench.notes.lines, bench.registry.list(), bench.kept]);
    expect(told).not.toMatch(/secret-(granted|session)/);
  });

  test('what the service answers to the request stands in the form, which can be used again', async () => {
    const bench = new ApprovalBench(place);
    const key = await bench.started();
    bench.service.nextPlane.askAnswer = () => Promise.reject(appError('quota-exceeded'));
    const prepare = bench.service.eachPlane;
    bench.service.eachPlane = () => {};
    await bench.asked(key);
    expect(bench.of(key).state).toMatchObject({ kind: 'needs-approval', error: { code: 'quota-exceeded' } });
    bench.service.eachPlane = prepare;
    await bench.asked(key);
    expect(bench.of(key).state.kind).toBe('awaiting-approval');
  });

  test.each([
    ['rejected', /rejected/],
    ['revoked', /taken back/],
    ['expired', /ran out/],
  ] as const)(
    'a request that is %s ends the session in words, and it can be asked for again',
    async (kind, words) => {
      const bench = new ApprovalBench(place);
      const key = await bench.started();
      await bench.asked(key);
      bench.status = { kind };
      await bench.later();
      expect(bench.of(key).state).toMatchObject({
        kind: 'ended',
        end: {
          kind: 'failed',
          error: { code: 'approval-refused', message: expect.stringMatching(words) as string },
        },
      });
      expect(bench.accessOutcomes).toEqual(['refused']);
      expect(bench.kept).toEqual([]);
      bench.registry.restart(key, 80, 24);
      await turns();
      expect(bench.of(key).state.kind).toBe('needs-approval');
    },
  );

  test('ending it while it waits tells the service nothing, and nobody looks any more', async () => {
    const bench = new ApprovalBench(place);
    const key = await bench.started();
    await bench.asked(key);
    await bench.registry.end(key);
    expect(bench.of(key).state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
    await bench.later(100_000);
    expect(bench.calls).toEqual(['start i-1', 'ask i-1: INC-1']);
  });

  test('a request that was left is found again by the next session on that node, also after a new start of the app', async () => {
    const bench = new ApprovalBench(place);
    await bench.asked(await bench.started());
    expect(bench.kept).toEqual([
      {
        requestId: 'oi-000000000001',
        profileId: profile.id,
        region: 'eu-west-1',
        target: 'i-1',
        reason: 'INC-1',
        askedAt: 0,
      },
    ]);
    const next = new ApprovalBench(place);
    next.kept.push(...bench.kept);
    const key = await next.started();
    expect(next.of(key).state).toMatchObject({ kind: 'awaiting-approval', reason: 'INC-1' });
    next.approve();
    await next.later();
    expect(next.of(key).sessionId).toBe('s-1');
    expect(next.calls.filter((call) => call.startsWith('ask'))).toEqual([]);
  });

  test('an approval that holds is used again after a new start of the app, and forgotten once it is over', async () => {
    const bench = new ApprovalBench(place);
    await bench.approved();
    const next = new ApprovalBench(place);
    next.kept.push(...bench.kept);
    next.approve();
    const key = await next.started();
    await next.later();
    expect(next.of(key)).toMatchObject({ sessionId: 's-1', approval: { requestId: 'oi-000000000001' } });
    await next.later(hour);
    next.status = { kind: 'expired' };
    await next.started();
    await next.channel.options.resume().catch(() => undefined);
    expect(next.kept).toEqual([]);
  });

  test('a request of an earlier run that has ended since is no news: the user is asked as if there had been none', async () => {
    const bench = new ApprovalBench(place);
    bench.kept.push({
      requestId: 'oi-00000000000f',
      profileId: profile.id,
      region: 'eu-west-1',
      target: 'i-1',
      reason: 'long ago',
      askedAt: 0,
    });
    bench.status = { kind: 'expired' };
    const key = await bench.started();
    await bench.later();
    expect(bench.of(key).state.kind).toBe('needs-approval');
    expect([bench.kept, bench.accessOutcomes]).toEqual([[], []]);
  });

  test('one request serves all sessions that wait on that node, and its approval the ones after', async () => {
    const bench = new ApprovalBench(place);
    const first = await bench.started();
    const second = await bench.started();
    await bench.asked(first);
    expect(bench.of(second).state.kind).toBe('awaiting-approval');
    bench.approve();
    await bench.later();
    const third = await bench.started();
    expect([first, second, third].map((key) => bench.of(key).sessionId)).toEqual(['s-1', 's-1', 's-1']);
    expect(bench.calls.filter((call) => call.startsWith('ask'))).toEqual(['ask i-1: INC-1']);
    // The third was started with the keys at once.
    expect(bench.calls.at(-1)).toBe('start i-1 (approved)');
    expect(bench.calls.filter((call) => call === 'start i-1')).toHaveLength(2);
  });

  test('an approval that another session gets while this one is being refused serves it without asking', async () => {
    const bench = new ApprovalBench(place);
    const first = await bench.started();
    const prepare = bench.service.eachPlane;
    const answer = held<StartedSession>();
    bench.service.eachPlane = (plane) => {
      plane.startAnswer = () => answer.promise;
    };
    const second = await bench.started();
    bench.service.eachPlane = prepare;
    await bench.asked(first);
    bench.approve();
    await bench.later();
    answer.reject(appError('approval-needed'));
    await turns();
    expect(bench.of(second).sessionId).toBe('s-1');
    expect(bench.news.some(({ key, state }) => key === second && state.kind === 'needs-approval')).toBe(
      false,
    );
  });

  test('a service that cannot be reached meanwhile does not lose the request, and waking up looks at once', async () => {
    const bench = new ApprovalBench(place);
    const key = await bench.started();
    await bench.asked(key);
    const prepare = bench.service.eachPlane;
    bench.service.eachPlane = (plane) => {
      plane.accessAnswer = () => Promise.reject(appError('endpoint-unreachable'));
    };
    await bench.later();
    expect(bench.of(key).state).toMatchObject({
      kind: 'awaiting-approval',
      trouble: { code: 'endpoint-unreachable' },
    });
    bench.service.eachPlane = prepare;
    bench.approve();
    bench.lives.reconnectAll();
    await bench.later(0);
    expect(bench.of(key).sessionId).toBe('s-1');
  });

  test('a request waits for a sign-in where one is needed to look at it, and goes on after it', async () => {
    const bench = new ApprovalBench(place);
    const key = await bench.started();
    await bench.asked(key);
    const prepare = bench.service.eachPlane;
    bench.service.eachPlane = (plane) => {
      plane.accessAnswer = () => Promise.reject(appError('sign-in-needed'));
    };
    await bench.later();
    expect(bench.of(key).state).toMatchObject({ kind: 'needs-sign-in', error: { code: 'sign-in-needed' } });
    bench.service.eachPlane = prepare;
    bench.approve();
    bench.lives.signedIn((id) => id === profile.id);
    await bench.later(0);
    expect(bench.of(key).sessionId).toBe('s-1');
  });

  test('an approval that does not cover what is asked for ends the session instead of asking on and on', async () => {
    const bench = new ApprovalBench(place);
    bench.grantedRefusal = appError('access-denied');
    const key = await bench.started();
    await bench.asked(key);
    bench.approve();
    await bench.later();
    expect(bench.of(key).state).toMatchObject({ kind: 'ended', end: { error: { code: 'access-denied' } } });
  });

  test('keys that the service takes no more are asked for anew, and a revoked approval leads back to the form', async () => {
    const bench = new ApprovalBench(place);
    await bench.approved();
    bench.grantedRefusal = appError('credentials-expired');
    bench.status = { kind: 'revoked' };
    const key = await bench.started();
    expect(bench.of(key).state.kind).toBe('needs-approval');
  });

  describe('in the middle of a session', () => {
    const resume = (bench: ApprovalBench): Promise<unknown> =>
      bench.channel.options.resume().then(
        ({ tokenValue }) => tokenValue,
        (error: { data?: { code: string } }) => error.data?.code ?? error,
      );

    test('the keys of the approval resume it while they hold', async () => {
      const bench = new ApprovalBench(place);
      await bench.approved();
      expect(await resume(bench)).toBe('secret-token-2');
      expect(bench.calls.at(-1)).toBe('resume s-1 (approved)');
    });

    test('after their end the profile’s own are tried', async () => {
      const bench = new ApprovalBench(place);
      bench.mayResumeWithout = true;
      await bench.approved(60_000);
      await bench.later(61_000);
      expect(await resume(bench)).toBe('secret-token-2');
      expect(bench.calls.at(-1)).toBe('resume s-1');
    });

    test('an approval that goes on beyond its keys gives new ones', async () => {
      const bench = new ApprovalBench(place);
      await bench.approved(60_000);
      await bench.later(61_000);
      const { expiresAt } = bench.approve();
      expect(await resume(bench)).toBe('secret-token-2');
      expect(bench.calls.at(-1)).toBe('resume s-1 (approved)');
      expect(bench.summary().approval?.until).toBe(expiresAt);
    });

    /** Cut after the approval has run out: the channel has told that it waits for credentials. */
    async function cutAfterTheEnd(bench: ApprovalBench): Promise<string> {
      const key = await bench.approved(60_000);
      await bench.later(61_000);
      bench.status = { kind: 'expired' };
      const refusal: unknown = await bench.channel.options.resume().catch((error: unknown) => error);
      expect(refusal).toMatchObject({ data: { code: 'approval-needed' } });
      bench.channel.tell({
        kind: 'needs-credentials',
        error: Object.assign(new Error('No.'), { code: 'unauthorised', cause: refusal }) as never,
      });
      await turns();
      return key;
    }

    test('a resume after the end asks for an approval anew, and goes on with it', async () => {
      const bench = new ApprovalBench(place);
      const key = await cutAfterTheEnd(bench);
      expect(bench.of(key)).toMatchObject({ sessionId: 's-1', state: { kind: 'needs-approval' } });
      await bench.asked(key, 'still at it');
      bench.approve();
      const { reconnects } = bench.channel;
      await bench.later();
      expect(bench.channel.reconnects).toBe(reconnects + 1);
      expect(await resume(bench)).toBe('secret-token-2');
      bench.channel.tell({ kind: 'live' });
      expect(bench.of(key)).toMatchObject({ sessionId: 's-1', state: { kind: 'live' } });
    });

    test('a refusal leaves the form open, since the session may still be there', async () => {
      const bench = new ApprovalBench(place);
      const key = await cutAfterTheEnd(bench);
      await bench.asked(key);
      bench.status = { kind: 'rejected' };
      await bench.later();
      expect(bench.of(key).state).toMatchObject({
        kind: 'needs-approval',
        error: { code: 'approval-refused' },
      });
    });

    test('it can be ended there, with the profile’s own keys', async () => {
      const bench = new ApprovalBench(place);
      const key = await cutAfterTheEnd(bench);
      await bench.registry.end(key);
      expect(bench.of(key).state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
      expect(bench.calls).toContain('terminate s-1');
    });
  });
});
