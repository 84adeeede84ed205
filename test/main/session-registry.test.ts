import { describe, expect, test } from 'vitest';
import type { StartedSession } from '../../src/aws/control-plane.ts';
import { SsmError } from '../../src/ssm/ssm-error.ts';
import { appError, held, stateKinds, turns } from './support/fake-service.ts';
import { Bench, FakePage, places, profile, request } from './support/registry-bench.ts';

describe.each(places)('with the bytes in %s', (place) => {
  describe('starting', () => {
    test('the session has its key before the service has answered', () => {
      const bench = new Bench(place);
      const summary = bench.registry.start(request);
      expect(summary).toEqual({
        key: summary.key,
        profileId: 'p',
        profileName: 'Production',
        environment: 'production',
        region: '',
        target: 'i-1',
        nodeName: 'i-1',
        startedAt: 5000,
        state: { kind: 'connecting' },
      });
    });

    test('a live session is told with its Region and its id, and noted', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      expect(bench.news.at(-1)).toMatchObject({
        key,
        region: 'eu-west-1',
        sessionId: 's-1',
        state: { kind: 'live' },
      });
      expect(bench.notes.lines).toEqual([
        `${key} started i-1`,
        `${key} {"region":"eu-west-1"}`,
        `${key} {"sessionId":"s-1"}`,
        `${key} {"owner":"arn:me"}`,
      ]);
    });

    test('neither news nor notes hold the token or the stream URL', async () => {
      const bench = new Bench(place);
      await bench.live();
      expect(JSON.stringify([bench.news, bench.notes.lines, bench.registry.list()])).not.toContain('secret');
    });

    test('the size at the opening is the last that the terminal told, not the first', async () => {
      const bench = new Bench(place);
      const { key } = bench.registry.start(request);
      const page = new FakePage();
      bench.registry.bytes(key).attach(page);
      bench.registry.bytes(key).receive(page, { kind: 'size', cols: 132, rows: 50 });
      await turns();
      expect(bench.channel.options.size).toEqual({ cols: 132, rows: 50 });
    });

    test('a session without a reason is refused where the setting or its profile wants one, and no call is made', async () => {
      const bench = new Bench(place);
      bench.settings = { requireReason: 'production' };
      const refused = bench.registry.start(request);
      await turns();
      expect(bench.news.findLast(({ key }) => key === refused.key)?.state).toMatchObject({
        kind: 'ended',
        end: { kind: 'failed', error: { code: 'reason-required' } },
      });
      bench.settings = { requireReason: 'never' };
      bench.profiles = [{ ...profile, requiresReason: true }];
      const again = bench.registry.start(request);
      await turns();
      expect(bench.news.findLast(({ key }) => key === again.key)?.state).toMatchObject({
        end: { error: { code: 'reason-required' } },
      });
      const given = bench.registry.start({ ...request, reason: 'INC-1' });
      await turns();
      expect(bench.news.findLast(({ key }) => key === given.key)?.sessionId).toBe('s-1');
    });

    test('a refused start is an end with the reason, and lets go of the control plane', async () => {
      const bench = new Bench(place);
      bench.service.nextPlane.startAnswer = () => Promise.reject(appError('target-not-connected'));
      const { key } = bench.registry.start(request);
      await turns();
      expect(bench.summary().state).toEqual({
        kind: 'ended',
        endedAt: 5000,
        end: {
          kind: 'failed',
          error: {
            ...appError('target-not-connected').data,
            where: { profileName: 'Production', region: 'eu-west-1' },
          },
        },
      });
      expect([bench.plane.isClosed, bench.notes.lines.at(-1)]).toEqual([true, `${key} ended failed`]);
    });

    test('a start that needs a sign-in waits for it, says so, and goes on with a new connection', async () => {
      const bench = new Bench(place);
      const first = bench.service.nextPlane;
      first.startAnswer = () => Promise.reject(appError('sign-in-needed'));
      const { key } = bench.registry.start(request);
      await turns();
      expect(bench.summary().state).toEqual({
        kind: 'needs-sign-in',
        error: appError('sign-in-needed').data,
      });
      expect(first.isClosed).toBe(true);
      bench.lives.signedIn((id) => id === 'another');
      await turns();
      expect(bench.summary().state.kind).toBe('needs-sign-in');
      bench.lives.signedIn((id) => id === 'p');
      await turns();
      expect(bench.summary()).toMatchObject({ key, sessionId: 's-1', state: { kind: 'connecting' } });
      expect(bench.service.planes.length).toBe(2);
    });

    test('a start that waits for a sign-in can be ended, and asks for nothing after that', async () => {
      const bench = new Bench(place);
      bench.service.nextPlane.startAnswer = () => Promise.reject(appError('sign-in-needed'));
      const { key } = bench.registry.start(request);
      await turns();
      await bench.registry.end(key);
      bench.lives.signedIn((id) => id === 'p');
      await turns();
      expect(bench.summary().state).toMatchObject({ kind: 'ended', end: { kind: 'ended-by-user' } });
      expect(bench.service.planes.length).toBe(1);
    });

    test('an error that is not ours is told without its text', async () => {
      const bench = new Bench(place);
      bench.service.nextPlane.startAnswer = () => Promise.reject(new Error('secret'));
      bench.registry.start(request);
      await turns();
      expect(JSON.stringify(bench.summary())).not.toContain('secret');
      expect(bench.summary().state).toMatchObject({ end: { error: { code: 'internal' } } });
    });

    test('a profile that is not there is refused and leaves no session', () => {
      const bench = new Bench(place);
      expect(() => bench.registry.start({ ...request, profileId: 'gone' })).toThrow('It was not-found.');
      expect(bench.registry.list()).toEqual([]);
    });
  });

  describe('ending', () => {
    test('the service is told first, then the channel is left', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      const terminated = held<void>();
      bench.plane.terminateAnswer = () => terminated.promise;
      const ended = bench.registry.end(key);
      await turns();
      expect([bench.plane.calls.at(-1), bench.summary().state.kind]).toEqual(['terminate s-1', 'live']);
      terminated.resolve();
      await ended;
      expect(stateKinds([bench.summary()])).toEqual(['ended: ended-by-user']);
      expect(bench.plane.isClosed).toBe(true);
    });

    test('the channel that closes in answer counts as ended by the user, and does not cut the call short', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      const terminated = held<void>();
      bench.plane.terminateAnswer = () => terminated.promise;
      const ended = bench.registry.end(key);
      await turns();
      bench.channel.tell({ kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: false } });
      expect([stateKinds([bench.summary()]), bench.plane.isClosed]).toEqual([
        ['ended: ended-by-user'],
        false,
      ]);
      terminated.resolve();
      await ended;
      expect([bench.plane.isClosed, bench.summary().warning]).toEqual([true, undefined]);
    });

    test('a service that cannot be told does not keep the session, and a warning says so', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      bench.plane.terminateAnswer = () => Promise.reject(appError('endpoint-unreachable'));
      await bench.registry.end(key);
      expect(bench.summary()).toMatchObject({
        state: { kind: 'ended', end: { kind: 'ended-by-user' } },
        warning: expect.stringContaining('It was endpoint-unreachable.') as string,
      });
    });

    test('ended before StartSession has answered: ended at once here, and at the service as soon as it has an id', async () => {
      const bench = new Bench(place);
      const answer = held<StartedSession>();
      bench.service.nextPlane.startAnswer = () => answer.promise;
      const { key } = bench.registry.start(request);
      await turns();
      await bench.registry.end(key);
      expect(stateKinds([bench.summary()])).toEqual(['ended: ended-by-user']);
      // A program that gives credentials is not waited for any more.
      expect(bench.plane.hasGivenUpCredentials).toBe(true);
      answer.resolve({ sessionId: 's-9', tokenValue: 't', streamUrl: 'wss://x', handshake: 'none' });
      await turns();
      expect(bench.plane.calls).toEqual(['start i-1', 'terminate s-9']);
      expect([bench.service.channels.length, bench.plane.isClosed]).toEqual([0, true]);
    });

    test.each([
      [
        { kind: 'closed', message: 'Idle', isOutputIncomplete: false } as const,
        { kind: 'closed', message: 'Idle' },
      ],
      [{ kind: 'timed-out' } as const, { kind: 'timed-out' }],
      [
        { kind: 'failed', error: new SsmError('handshake-failed', 'No.') } as const,
        { kind: 'failed', error: { code: 'handshake-failed', message: 'No.' } },
      ],
      [
        { kind: 'failed', error: new SsmError('unauthorised', 'No.', appError('access-denied')) } as const,
        { kind: 'failed', error: { code: 'access-denied', message: 'It was access-denied.' } },
      ],
    ])('the channel ends by itself: %j', async (end, told) => {
      const bench = new Bench(place);
      await bench.live();
      bench.channel.tell({ kind: 'ended', end });
      expect(bench.summary().state).toMatchObject({ kind: 'ended', endedAt: 5000, end: told });
      await turns();
      expect(bench.plane.isClosed).toBe(true);
      // A session whose channel failed would go on at the service, where nobody uses it.
      expect(bench.plane.calls.includes('terminate s-1')).toBe(end.kind === 'failed');
    });

    test('output that the service withheld at the end is told as a warning', async () => {
      const bench = new Bench(place);
      await bench.live();
      bench.channel.tell({ kind: 'ended', end: { kind: 'closed', message: '', isOutputIncomplete: true } });
      expect(bench.summary().warning).toContain('output was lost');
    });

    test('an ended session is forgotten when its tab is closed; a live one is not', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      expect(() => bench.registry.forget(key)).toThrow('still live');
      await bench.registry.end(key);
      bench.registry.forget(key);
      expect([bench.registry.list(), bench.forgotten]).toEqual([[], [key]]);
      await expect(bench.registry.stats(key)).rejects.toThrow('no such session');
    });

    test('quitting ends all of them, waits for the service and lets nothing new begin', async () => {
      const bench = new Bench(place);
      await bench.live();
      await bench.live();
      await bench.lives.endAll(10_000);
      expect(stateKinds(bench.registry.list())).toEqual(['ended: ended-by-user', 'ended: ended-by-user']);
      expect(bench.service.planes.map(({ calls }) => calls.at(-1))).toEqual([
        'terminate s-1',
        'terminate s-1',
      ]);
      expect(() => bench.registry.start(request)).toThrow('is quitting');
    });

    test('quitting waits for the service no longer than its limit', async () => {
      const bench = new Bench(place);
      await bench.live();
      bench.plane.terminateAnswer = () => new Promise(() => {});
      await bench.lives.endAll(1);
      expect(bench.plane.calls.at(-1)).toBe('terminate s-1');
    });
  });

  describe('starting again', () => {
    test('the same target goes under the same key, with the profile as it is now and an entry of its own in history', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      await bench.registry.end(key);
      bench.profiles = [{ ...profile, name: 'Renamed' }];
      expect(bench.registry.restart(key, 100, 30)).toMatchObject({
        key,
        profileName: 'Renamed',
        state: { kind: 'connecting' },
      });
      await turns();
      expect(bench.channel.options.size).toEqual({ cols: 100, rows: 30 });
      expect(bench.notes.lines).toContain(`${key}.2 started i-1`);
    });

    test('a live session is not started again', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      expect(() => bench.registry.restart(key, 1, 1)).toThrow('still live');
    });

    test('quitting waits for the service to hear of a run before, whose StartSession answers late', async () => {
      const bench = new Bench(place);
      const answer = await bench.restartedBeforeTheAnswer();
      const ended = bench.lives.endAll(10_000);
      answer();
      await ended;
      expect(bench.plane.calls).toEqual(['start i-1', 'terminate old']);
    });

    test('news of the run before do not touch the new one', async () => {
      const bench = new Bench(place);
      const answer = await bench.restartedBeforeTheAnswer();
      answer();
      await turns();
      expect(bench.summary()).toMatchObject({ sessionId: 's-1', state: { kind: 'connecting' } });
      expect(bench.plane.calls).toEqual(['start i-1', 'terminate old']);
    });
  });

  describe('reconnecting', () => {
    test('a session that may not be resumed waits for a sign-in, and then looks the credentials up anew', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      bench.channel.tell({
        kind: 'needs-credentials',
        error: new SsmError('unauthorised', 'No.', appError('credentials-expired')),
      });
      expect(bench.summary().state).toMatchObject({
        kind: 'needs-sign-in',
        error: { code: 'credentials-expired' },
      });
      bench.lives.reconnectAll();
      expect(bench.channel.reconnects).toBe(0);
      bench.lives.reconnectNow(key);
      expect(bench.channel.reconnects).toBe(1);
      await bench.channel.options.resume();
      expect(bench.service.planes.map(({ calls, isClosed }) => [calls.at(-1), isClosed])).toEqual([
        ['start i-1', true],
        ['resume s-1', false],
      ]);
    });

    test('one sign-in serves every session of its profile that waits for it', async () => {
      const bench = new Bench(place);
      bench.profiles = [profile, { ...profile, id: 'q' }];
      const key = await bench.live();
      await bench.live();
      await bench.live();
      bench.registry.start({ ...request, profileId: 'q' });
      await turns();
      for (const index of [0, 1, 3]) {
        const error = new SsmError('unauthorised', 'No.');
        bench.service.channels[index]?.tell({ kind: 'needs-credentials', error });
      }
      bench.lives.reconnectNow(key);
      expect(bench.service.channels.map(({ reconnects }) => reconnects)).toEqual([1, 1, 0, 0]);
    });

    test('keys that the service takes no more are looked up anew, without anybody asking for it', async () => {
      const bench = new Bench(place);
      await bench.live();
      bench.plane.resumeAnswer = () => Promise.reject(appError('credentials-expired'));
      await bench.channel.options.resume();
      expect(bench.service.planes.map(({ calls, isClosed }) => [calls.at(-1), isClosed])).toEqual([
        ['resume s-1', true],
        ['resume s-1', false],
      ]);
    });

    test('where the keys that were looked up anew do not do either, that is what is told', async () => {
      const bench = new Bench(place);
      await bench.live();
      bench.plane.resumeAnswer = () => Promise.reject(appError('credentials-expired'));
      bench.service.nextPlane.resumeAnswer = () => Promise.reject(appError('sign-in-needed'));
      const refused = await bench.channel.options.resume().catch((error: unknown) => error);
      expect(JSON.stringify(refused)).toContain('sign-in-needed');
      expect(bench.service.planes.length).toBe(2);
    });

    test('an ordinary reconnect uses the credentials at hand', async () => {
      const bench = new Bench(place);
      const key = await bench.live();
      bench.channel.tell({ kind: 'reconnecting', attempt: 1, nextTryAt: 6000 });
      bench.lives.reconnectNow(key);
      await bench.channel.options.resume();
      expect(bench.service.planes.map(({ calls }) => calls)).toEqual([['start i-1', 'resume s-1']]);
    });

    test('a service that was started anew is found again, to hear from it that the session is gone', async () => {
      const bench = new Bench(place);
      await bench.live();
      bench.service.isStale = true;
      await bench.channel.options.resume();
      expect(bench.service.planes[1]?.calls).toEqual(['resume s-1']);
    });

    test('the network is back: every session that is not waiting for a sign-in finds out', async () => {
      const bench = new Bench(place);
      await bench.live();
      await bench.live();
      bench.service.channels[1]?.tell({ kind: 'reconnecting', attempt: 1, nextTryAt: 6000 });
      bench.lives.reconnectAll();
      expect(bench.service.channels.map(({ reconnects }) => reconnects)).toEqual([1, 1]);
    });
  });
});
