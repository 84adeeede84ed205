import { describe, expect, test } from 'vitest';
import type { SsoLogin } from '../../src/aws/sign-in/sign-in-door.ts';
import { type BegunLogin, type Login, SignIns } from '../../src/main/sign-ins/sign-ins.ts';
import type { SignIn, SignInFlow } from '../../src/shared/sign-in.ts';
import { appError } from './support/fake-service.ts';

const acme: SsoLogin = {
  id: 'sso acme',
  sessionName: 'acme',
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
};
const role = {
  id: 'mfa ops',
  serial: 'arn:aws:iam::111122223333:mfa/ann',
  roleArn: 'arn:aws:iam::1:role/Ops',
};
const production = { id: 'p1', name: 'Production' };
const staging = { id: 'p2', name: 'Staging' };

/** Logins that the test ends as it likes. */
class Bench {
  readonly begun: {
    login: Login;
    flow: SignInFlow;
    signal: AbortSignal;
    profileId: string | undefined;
  }[] = [];
  readonly opened: string[] = [];
  readonly ready: string[][] = [];
  last: SignIn[] = [];
  time = 1_000_000;
  keptUntil: number | undefined;
  signedIn = 0;
  finish: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  /** What `begin` answers; a device login when absent. */
  answer: Promise<BegunLogin> | undefined;
  readonly signIns = new SignIns({
    begin: (login, options) => {
      this.begun.push({ login, ...options });
      if (this.answer !== undefined) return this.answer;
      const done = new Promise<void>((resolve, reject) => {
        this.finish = { resolve, reject };
      });
      const url = 'https://device.example/?user_code=ABCD-EFGH';
      const code = options.flow === 'device' ? { userCode: 'ABCD-EFGH' } : {};
      return Promise.resolve({ url, ...code, expiresAt: 2_000_000, done });
    },
    openBrowser: (url) => {
      this.opened.push(url);
      return Promise.resolve();
    },
    keptUntil: () => Promise.resolve(this.keptUntil),
    now: () => this.time,
    onChanged: (signIns) => {
      this.last = signIns;
    },
    onReady: (profileIds) => this.ready.push(profileIds),
    onSignedIn: () => {
      this.signedIn += 1;
    },
  });

  progress(id: string): string | undefined {
    return this.last.find((signIn) => signIn.id === id)?.progress.kind;
  }
}

/** Until what a login has answered has been taken in. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a login', () => {
  test('that many profiles need is one, and nothing begins by itself', () => {
    const bench = new Bench();
    bench.signIns.searchFor(production).ssoNeeded(acme, { accountId: '111122223333', roleName: 'Ops' });
    bench.signIns.searchFor(production).ssoNeeded(acme, { accountId: '111122223333', roleName: 'Ops' });
    bench.signIns.searchFor(staging).ssoNeeded(acme, {});
    expect(bench.last).toEqual([
      {
        kind: 'sso',
        ...acme,
        waiting: [
          { profileId: 'p1', profileName: 'Production', accountId: '111122223333', roleName: 'Ops' },
          { profileId: 'p2', profileName: 'Staging' },
        ],
        progress: { kind: 'needed' },
      },
    ]);
    expect([bench.begun, bench.opened]).toEqual([[], []]);
  });

  test('with a code shows it and opens no browser; done, it lets all who waited go on', async () => {
    const bench = new Bench();
    bench.signIns.searchFor(production).ssoNeeded(acme, {});
    bench.signIns.searchFor(staging).ssoNeeded(acme, {});
    bench.signIns.start(acme.id, 'device');
    expect(bench.progress(acme.id)).toBe('starting');
    await settled();
    expect(bench.last[0]?.progress).toEqual({
      kind: 'verifying',
      url: 'https://device.example/?user_code=ABCD-EFGH',
      userCode: 'ABCD-EFGH',
      expiresAt: 2_000_000,
    });
    bench.finish?.resolve();
    await settled();
    expect([bench.last, bench.ready, bench.opened]).toEqual([[], [['p1', 'p2']], []]);
    expect(bench.signedIn).toBe(1);
    expect(bench.begun[0]?.profileId).toBe('p1');
  });

  test('in the browser of this computer opens it once, however often it is asked for', async () => {
    const bench = new Bench();
    bench.signIns.searchFor(production).ssoNeeded(acme, {});
    bench.signIns.start(acme.id, 'pkce');
    bench.signIns.start(acme.id, 'pkce');
    await settled();
    bench.signIns.start(acme.id, 'pkce');
    await settled();
    expect([bench.begun.length, bench.opened.length]).toEqual([1, 1]);
  });

  test('that is given up is needed as before, and what it comes to later is nobody’s business', async () => {
    const bench = new Bench();
    bench.signIns.searchFor(production).ssoNeeded(acme, {});
    bench.signIns.start(acme.id, 'device');
    await settled();
    const { finish } = bench;
    bench.signIns.cancel(acme.id);
    expect([bench.progress(acme.id), bench.begun[0]?.signal.aborted]).toEqual(['needed', true]);
    finish?.reject(new Error('aborted'));
    await settled();
    expect([bench.progress(acme.id), bench.ready]).toEqual(['needed', []]);
    bench.signIns.start(acme.id, 'device');
    await settled();
    expect(bench.progress(acme.id)).toBe('verifying');
  });

  test('that fails says why, and can be tried again', async () => {
    const bench = new Bench();
    bench.signIns.searchFor(production).ssoNeeded(acme, {});
    bench.answer = Promise.reject(appError('endpoint-unreachable'));
    bench.signIns.start(acme.id, 'device');
    await settled();
    expect(bench.last[0]?.progress).toEqual({ kind: 'failed', error: appError('endpoint-unreachable').data });
    bench.answer = undefined;
    bench.signIns.start(acme.id, 'device');
    await settled();
    expect(bench.progress(acme.id)).toBe('verifying');
    bench.finish?.reject(new Error('something with hunter2 in it'));
    await settled();
    expect(bench.last[0]?.progress).toMatchObject({ kind: 'failed', error: { code: 'internal' } });
    expect(JSON.stringify(bench.last)).not.toContain('hunter2');
  });

  test('that somebody made elsewhere is noticed with the first credentials, for all who waited', () => {
    const bench = new Bench();
    const search = bench.signIns.searchFor(production);
    search.ssoNeeded(acme, {});
    bench.signIns.searchFor(staging).ssoNeeded(acme, {});
    search.found();
    expect([bench.last, bench.ready]).toEqual([[], [['p2']]]);
  });

  test('that the AWS CLI made meanwhile lets all who wait look again, once', async () => {
    const bench = new Bench();
    bench.keptUntil = 5;
    bench.signIns.searchFor(production).ssoNeeded(acme, {});
    await settled();
    await bench.signIns.lookElsewhere();
    expect(bench.ready).toEqual([]);
    bench.keptUntil = 6;
    await bench.signIns.lookElsewhere();
    await bench.signIns.lookElsewhere();
    expect(bench.ready).toEqual([['p1']]);
  });

  test('goes when the only profile that needs it is gone', () => {
    const bench = new Bench();
    bench.signIns.searchFor(production).ssoNeeded(acme, {});
    bench.signIns.forget('p1');
    expect(bench.last).toEqual([]);
  });
});

describe('the code of a device', () => {
  /** A search for the credentials of a role, as the room of the control plane makes it. */
  async function look(
    bench: Bench,
    profile: typeof production,
    service: (code: string) => Error | undefined,
  ) {
    const search = bench.signIns.searchFor(profile);
    try {
      const refused = service(await search.mfaCode(role));
      if (refused !== undefined) throw refused;
      search.found();
      return 'found';
    } catch (error) {
      search.failed(error);
      return error;
    }
  }
  const right = () => undefined;
  const wrong = () => appError('access-denied');

  test('is needed where a role asks for it; who looked for credentials is told so and asks nobody', async () => {
    const bench = new Bench();
    const outcome = await look(bench, production, right);
    expect(outcome).toMatchObject({ data: { code: 'sign-in-needed' } });
    expect(bench.last).toEqual([
      {
        kind: 'mfa',
        ...role,
        waiting: [{ profileId: 'p1', profileName: 'Production' }],
        progress: { kind: 'needed' },
      },
    ]);
  });

  test('serves the first who asks, and lets all who waited go on when it was right', async () => {
    const bench = new Bench();
    await look(bench, production, right);
    await look(bench, staging, right);
    bench.signIns.answer(role.id, '123456');
    expect([bench.progress(role.id), bench.ready]).toEqual(['starting', [['p1', 'p2']]]);
    const seen: string[] = [];
    const outcome = await look(bench, production, (code) => {
      seen.push(code);
      return undefined;
    });
    expect([outcome, seen, bench.last]).toEqual(['found', ['123456'], []]);
    expect(bench.ready.at(-1)).toEqual(['p2']);
  });

  test('that was wrong is said to be, and another can be given', async () => {
    const bench = new Bench();
    await look(bench, production, right);
    bench.signIns.answer(role.id, '000000');
    await look(bench, production, wrong);
    expect(bench.last[0]?.progress).toMatchObject({ kind: 'failed', error: { code: 'access-denied' } });
    bench.signIns.answer(role.id, '123456');
    expect(await look(bench, production, right)).toBe('found');
    expect(bench.last).toEqual([]);
  });

  test('that was refused and is asked for again is said to be wrong', async () => {
    const bench = new Bench();
    await look(bench, production, right);
    bench.signIns.answer(role.id, '000000');
    const search = bench.signIns.searchFor(production);
    await search.mfaCode(role);
    await expect(search.mfaCode({ ...role, wasRefused: true })).rejects.toMatchObject({
      data: { code: 'sign-in-needed' },
    });
    expect(bench.progress(role.id)).toBe('failed');
  });

  test('that came to nothing on the way is not called wrong', async () => {
    const bench = new Bench();
    await look(bench, production, right);
    bench.signIns.answer(role.id, '123456');
    bench.signIns.searchFor(production).failed(appError('endpoint-unreachable'));
    expect(bench.last[0]?.progress).toMatchObject({ error: { code: 'endpoint-unreachable' } });
  });

  test('that is too old is asked for anew', async () => {
    const bench = new Bench();
    await look(bench, production, right);
    bench.signIns.answer(role.id, '123456');
    bench.time += 61_000;
    await look(bench, production, right);
    expect(bench.progress(role.id)).toBe('needed');
  });

  test('never stands in what the page is told', async () => {
    const bench = new Bench();
    const told: string[] = [];
    await look(bench, production, right);
    bench.signIns.answer(role.id, '918273');
    told.push(JSON.stringify(bench.last));
    await look(bench, production, wrong);
    told.push(JSON.stringify(bench.last));
    expect(told.join()).not.toContain('918273');
  });
});

test.each(['start', 'cancel', 'answer'] as const)('to %s what is not needed any more is refused', (call) => {
  const { signIns } = new Bench();
  const ask = {
    start: () => signIns.start('gone', 'device'),
    cancel: () => signIns.cancel('gone'),
    answer: () => signIns.answer('gone', '123456'),
  };
  expect(ask[call]).toThrow(
    expect.objectContaining({ data: expect.objectContaining({ code: 'not-found' }) }),
  );
});
