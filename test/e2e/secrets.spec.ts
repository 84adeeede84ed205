import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { injectFault, startExternalLab } from './heavy/support/external-lab.ts';
import { connectIn, expect, test } from './support/app.ts';
import { makeAwsFiles } from './support/aws-files.ts';
import { gatherOpened, openBrowser } from './support/browser.ts';
import { argumentsBelow, type Canary, filesBelow, foundIn, heapOf } from './support/canaries.ts';

/** Good for the lab's devices, whose last digit is the last of the sum of the others. */
const rightCode = '918277';
const wrongCode = '918270';
const proxyPassword = 'canary-proxy-password-9f31';
const processSecret = 'canary-process-secret-51d0';
const idleKey = 'canary-idle-secret-7e22';

test.setTimeout(180_000);

/**
 * Keys, tokens, codes and passwords of every kind pass through the app: sign-in, sessions, resume, failures. None of them may be
 * found in the page's heap, in what passes between page and main, in the app's files, on a command line, in what it prints, or in
 * what is on screen.
 */
test('no secret leaves the main process', async ({ launch, folder }) => {
  const lab = await startExternalLab();
  const person = await openBrowser();
  const aws = join(folder, '..', `${folder.split('/').at(-1)}-aws`);
  await mkdir(aws, { recursive: true });
  try {
    const files = await makeAwsFiles(aws, lab);
    const program = join(aws, 'give-keys.sh');
    const given = JSON.stringify({
      Version: 1,
      AccessKeyId: 'AKIACANARYPROCESS001',
      SecretAccessKey: processSecret,
      SessionToken: `${processSecret}-token`,
    });
    await writeFile(program, `#!/bin/sh\necho '${given}'\n`, { mode: 0o700 });
    await appendFile(
      join(files.home, '.aws', 'config'),
      `[profile by-program]\ncredential_process = ${program}\nregion = ${lab.region}\nservices = lab\n`,
    );
    await appendFile(
      join(files.home, '.aws', 'credentials'),
      `[idle]\naws_access_key_id = AKIACANARYIDLE000001\naws_secret_access_key = ${idleKey}\nregion = ${lab.region}\n`,
    );

    const { app, page, call, said } = await launch({
      environment: files.environment,
      args: ['-r', join(import.meta.dirname, 'support', 'record-ipc.cjs')],
    });
    const opened = await gatherOpened(app);
    let printed = '';
    app.process().stdout?.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    const shown: string[] = [];
    const look = async (): Promise<void> => {
      shown.push(await page.content());
    };
    const node = lab.nodes.find(({ online }) => online)?.id ?? '';
    const rows = page.locator('[data-testid=terminal]:visible .xterm-rows');
    const nodesOf = (profile: string) =>
      page.getByRole('treeitem', { name: new RegExp(`^${profile},.* [1-9]\\d* nodes`) });
    const signIn = async (count: number): Promise<void> => {
      await page.getByRole('button', { name: 'Sign in with the browser' }).last().click();
      await expect.poll(opened).toHaveLength(count);
      await person.page.goto((await opened()).at(-1) ?? '');
      await person.page.getByRole('button', { name: 'Confirm and continue' }).click();
    };

    // A login, a session over it, its resume, and its end while the session is live.
    await page.getByRole('button', { name: 'Add acme-prod', exact: true }).click();
    await page.getByTestId('sign-in-badge').click();
    await signIn(1);
    await expect(nodesOf('acme-prod')).toBeVisible();
    await connectIn(page, 'acme-prod', node);
    await expect(rows).toContainText(/[#$] /);
    await injectFault(lab, {
      kind: 'cut',
      direction: 'down',
      type: 'output_stream_data',
      every: 2,
      count: 1,
    });
    await page.keyboard.type('echo one; echo two\n');
    await expect(rows).toContainText('two');
    const cached = [...(await files.signInCache()).values()];
    await fetch(`${lab.control}/sign-ins`, { method: 'POST', body: JSON.stringify({ revoke: true }) });
    await fetch(`${lab.control}/cut`, { method: 'POST', body: '{}' });
    await expect(page.getByTestId('state-bar')).toContainText('Sign in first');
    await look();
    await page.getByTestId('state-bar').getByRole('button', { name: 'Sign in…' }).click();
    await signIn(2);
    await page.keyboard.type('echo three\n');
    await expect(rows).toContainText('three');
    cached.push(...(await files.signInCache()).values());

    // An approval: its keys, what they start, and what happens after their end.
    const guardedNode = lab.nodes.filter(({ online }) => online)[1]?.id ?? '';
    const approvals = (body: object) =>
      fetch(`${lab.control}/approvals`, { method: 'POST', body: JSON.stringify(body) });
    await approvals({ node: guardedNode });
    await connectIn(page, 'acme-prod', guardedNode);
    const card = page.getByTestId('access-card');
    await card.getByLabel(/^Reason/).fill('INC-1');
    await card.getByRole('button', { name: 'Ask for access' }).click();
    await expect(card).toContainText('Waiting for an approval');
    await approvals({ accessRequestId: 'all', decision: 'approve' });
    await expect(rows).toContainText(/[#$] /);
    await look();
    await approvals({ accessRequestId: 'all', decision: 'expire' });
    await fetch(`${lab.control}/cut`, { method: 'POST', body: '{}' });
    await expect(page.locator('[data-testid=state-bar]:visible')).toContainText(
      'This node needs an approval',
    );
    await look();

    // Codes, wrong and right; keys of a program and of a file; a role that is refused.
    const guarded = await call('saveProfile', { profile: sharedProfile('guarded') });
    await call('refreshNodes', { profileId: guarded.id });
    await page.getByTestId('filter').fill('');
    await page
      .getByRole('treeitem', { name: /^guarded,/ })
      .getByTestId('sign-in-badge')
      .click();
    await page.getByTestId('mfa-code').fill(wrongCode);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('sign-in-dialog')).toContainText('Wrong code');
    await look();
    await page.getByTestId('mfa-code').fill(rightCode);
    await page.keyboard.press('Enter');
    await expect(nodesOf('guarded')).toBeVisible();
    const outcomes: string[] = [];
    for (const name of ['by-program', 'idle', 'base']) {
      const { id } = await call('saveProfile', { profile: sharedProfile(name) });
      await call('refreshNodes', { profileId: id });
      const stateOf = async () => {
        const { inventories } = await call('loadWorkspace', undefined);
        return inventories.find(({ head }) => head.profileId === id)?.head.state.kind ?? 'loading';
      };
      await expect.poll(stateOf).not.toBe('loading');
      outcomes.push(await stateOf());
    }
    expect(outcomes).toEqual(['failed', 'failed', 'ready']);
    await page.getByTestId('node-list').or(page.locator('#node-list')).first().focus();
    await page.keyboard.press('End');
    await expect(page.getByRole('alert').first()).toBeVisible();
    await look();

    // A password that is typed; the system's key store may or may not be there.
    await page.getByRole('button', { name: 'New profile' }).first().click();
    await page.getByLabel('Name required').fill('proxied');
    await page.getByLabel('Region', { exact: true }).fill(lab.region);
    await page.getByText('Advanced').click();
    await page.getByLabel('Proxy', { exact: true }).selectOption('url');
    await page.getByLabel('Address of the proxy').fill('http://127.0.0.1:9');
    await page.getByLabel('Password').fill(proxyPassword);
    await page.getByRole('button', { name: 'Save profile' }).click();
    await expect(page.getByText('proxied saved').or(page.getByText('no key store'))).toBeVisible();
    await look();
    if (await page.getByRole('dialog').isVisible()) {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Discard changes' }).click();
    }
    await expect(page.getByRole('dialog')).toHaveCount(0);

    // A sign-in with the console, whose key, tokens and keys are kept in one file.
    await call('saveProfile', {
      profile: {
        name: 'console',
        environment: 'other',
        credentials: { kind: 'shared-profile', profileName: 'console' },
      },
    });
    const profileId = (await call('loadWorkspace', undefined)).profiles.find(
      ({ name }) => name === 'console',
    )?.id;
    await call('refreshNodes', { profileId: profileId ?? '' });
    const consoleSignIn = async () =>
      (await call('loadWorkspace', undefined)).signIns.find(({ kind }) => kind === 'console');
    await expect.poll(consoleSignIn).toBeDefined();
    const openedBefore = (await opened()).length;
    await call('startSignIn', { id: (await consoleSignIn())?.id ?? '', flow: 'pkce' });
    await expect.poll(opened).toHaveLength(openedBefore + 1);
    await person.page.goto((await opened()).at(-1) ?? '');
    await person.page.getByRole('button', { name: 'Confirm and continue' }).click();
    await expect.poll(consoleSignIn).toBeUndefined();
    await look();
    const [consoleFile = ''] = (await files.consoleCache()).values();
    const kept = JSON.parse(consoleFile) as { dpopKey: string; refreshToken: string; idToken: string };
    const consoleCanaries: Canary[] = [
      { name: 'private key of the console sign-in', secret: kept.dpopKey.split('\n')[1] ?? '' },
      { name: 'refresh token of the console sign-in', secret: kept.refreshToken },
      { name: 'id token of the console sign-in', secret: kept.idToken },
    ];

    const tokens = cached.flatMap((text) =>
      ['accessToken', 'refreshToken', 'clientSecret'].flatMap((name) => {
        const value = (JSON.parse(text) as Record<string, unknown>)[name];
        return typeof value === 'string' ? [{ name: `${name} of the login`, secret: value }] : [];
      }),
    );
    expect(tokens.length).toBeGreaterThanOrEqual(5);
    const canaries: Canary[] = [
      ...tokens,
      ...consoleCanaries,
      { name: 'secret key of the AWS files', secret: lab.secretAccessKey },
      { name: 'secret key that was never used', secret: idleKey },
      { name: 'secret of a credential_process', secret: processSecret },
      { name: 'secret key of a role, a login or an approval', secret: /LabSecret[A-Za-z0-9+/]{20}/ },
      { name: 'session token of a role', secret: /IQoJ[A-Za-z0-9+/]{60}/ },
      { name: 'stream URL of a session', secret: /data-channel\/[^"\s]*\?/ },
      { name: 'right code', secret: rightCode },
      { name: 'wrong code', secret: wrongCode },
      { name: 'password of the proxy', secret: proxyPassword },
    ];

    // The search itself finds what is there.
    await page.evaluate(() => {
      Object.assign(window, { plantedHere: ['planted', 'in', 'the', 'heap'].join('-') });
    });
    const heap = await heapOf(page);
    expect(foundIn(heap, [{ name: 'planted', secret: 'planted-in-the-heap' }])).toEqual(['planted']);

    const traffic = await app.evaluate(() => (globalThis as unknown as { ipcTraffic: string[] }).ipcTraffic);
    expect(traffic.some((line) => line.startsWith('main nodewharf:signInsChanged'))).toBe(true);
    // What a person types has to reach main once, and goes nowhere else.
    const typed = /^page nodewharf:(answerMfa|saveProfile) /;
    const places: Record<string, string> = {
      heap,
      traffic: traffic.filter((line) => !typed.test(line)).join('\n'),
      'what was typed': traffic
        .filter((line) => line.startsWith('page nodewharf:saveProfile '))
        .join('\n')
        .replaceAll(proxyPassword, ''),
      arguments: await argumentsBelow(app.process().pid ?? 0),
      printed: printed + said(),
      screen: shown.join('\n'),
      ...Object.fromEntries(
        [...(await filesBelow(folder, () => false))].map(([path, text]) => [`file ${path}`, text]),
      ),
    };
    const isPublic = { name: 'seen', secret: 'acme-prod' };
    for (const place of ['heap', 'traffic', 'screen', 'file profiles.json']) {
      expect([place, foundIn(places[place] ?? '', [isPublic])]).toEqual([place, ['seen']]);
    }
    expect(places['arguments']).toContain(folder);
    const leaks = Object.entries(places).flatMap(([place, text]) =>
      foundIn(text, canaries).map((name) => `${name} in ${place}`),
    );
    expect(leaks).toEqual([]);
  } finally {
    await person.close();
    await lab.close();
    await rm(aws, { recursive: true, force: true });
  }
});

const sharedProfile = (profileName: string) =>
  ({
    name: profileName,
    environment: 'other',
    credentials: { kind: 'shared-profile', profileName },
  }) as const;
