import { join } from 'node:path';
import { callNames } from '../../src/shared/contract-names.ts';
import { expect, test } from './support/app.ts';

test('the page is a web page: no Node, and one door with the calls of the contract', async ({ launch }) => {
  const { page } = await launch();
  const found = await page.evaluate(() => ({
    globals: ['require', 'module', 'process', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter(
      (name) => name in window,
    ),
    door: Object.keys(window.nodewharf).toSorted(),
    isIsolated: Object.getOwnPropertyDescriptor(window, 'nodewharf')?.writable === false,
    address: window.location.href,
  }));
  expect(found).toEqual({
    globals: [],
    door: [...callNames, 'on'].toSorted(),
    isIsolated: true,
    address: 'app://nodewharf/index.html',
  });
});

test('the window is sandboxed and isolated', async ({ launch }) => {
  const { app } = await launch();
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    // Electron tells them to tests only.
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity } =
      contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    webSecurity: true,
  });
});

test('the content policy comes with every file and stops what is not from the package', async ({
  launch,
}) => {
  const { app, page } = await launch();
  const policy = await app.evaluate(async ({ net }) =>
    (await net.fetch('app://nodewharf/index.html')).headers.get('content-security-policy'),
  );
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  const stopped = await page.evaluate(async () => {
    const directives: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      directives.push(effectiveDirective),
    );
    const probes = window as unknown as Record<string, boolean>;
    const inline = document.createElement('script');
    inline.textContent = 'window.inlineRan = true';
    const remote = document.createElement('script');
    remote.src = 'https://example.com/x.js';
    const image = document.createElement('img');
    image.src = 'https://example.com/x.png';
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(inline, remote, image, frame);
    // oxlint-disable-next-line typescript/no-implied-eval -- the content policy must refuse exactly this
    // oxlint-disable-next-line typescript/no-implied-eval -- that the policy stops it is the point.
    setTimeout('window.evalRan = true');
    const fetched = await fetch('https://example.com/').catch(() => 'refused');
    while (new Set(directives).size < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const element of [inline, remote, image, frame]) element.remove();
    return {
      directives: [...new Set(directives)].toSorted(),
      fetched,
      ran: [probes['inlineRan'], probes['evalRan']],
    };
  });
  expect(stopped).toEqual({
    directives: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem'].toSorted(),
    fetched: 'refused',
    ran: [undefined, undefined],
  });
});

test('files outside the page are not served, however they are asked for', async ({ launch }) => {
  const { app } = await launch();
  const statuses = await app.evaluate(async ({ net }) => {
    const addresses = [
      'app://nodewharf/..%2fmain%2findex.js',
      'app://nodewharf/%2e%2e/main/index.js',
      'app://nodewharf/../../package.json',
      'app://nodewharf/..%2f..%2f..%2f..%2fetc%2fpasswd',
      'app://other/index.html',
      'app://nodewharf/',
    ];
    return Promise.all(addresses.map(async (address) => (await net.fetch(address)).status));
  });
  expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
});

test('the page goes nowhere and opens nothing', async ({ launch }) => {
  const { app, page } = await launch();
  for (const address of [
    'https://example.com/',
    'file:///etc/passwd',
    'app://nodewharf/assets/',
    'data:text/html,x',
  ]) {
    await page.evaluate((to) => {
      const link = document.createElement('a');
      link.href = to;
      document.body.append(link);
      link.click();
      link.remove();
    }, address);
  }
  const opened = await page.evaluate(() => window.open('https://example.com/') === null);
  // A call answers after whatever the clicks have begun.
  await page.evaluate(() => window.nodewharf.loadWorkspace(undefined));
  const windows = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  expect([opened, windows, page.url()]).toEqual([true, 1, 'app://nodewharf/index.html']);
});

test('permissions are refused without a question', async ({ launch }) => {
  const { page } = await launch();
  const answers = await page.evaluate(async () => {
    const refused = (asked: Promise<unknown>): Promise<string> =>
      asked.then(() => 'granted').catch(() => 'refused');
    return {
      notifications: await Notification.requestPermission(),
      camera: await refused(navigator.mediaDevices.getUserMedia({ video: true })),
      clipboard: await refused(navigator.clipboard.readText()),
      place: await refused(
        new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      ),
    };
  });
  expect(answers).toEqual({
    notifications: 'denied',
    camera: 'refused',
    clipboard: 'refused',
    place: 'refused',
  });
});

test('a call from another window is refused, although it shows our page and has our door', async ({
  launch,
}) => {
  const { app } = await launch();
  const reply = await app.evaluate(
    async ({ BrowserWindow }, preload) => {
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await stranger.loadURL('app://nodewharf/index.html');
      const answer: unknown = await stranger.webContents.executeJavaScript(
        'window.nodewharf.startSession({ profileId: "local-lab", target: "i-1", cols: 80, rows: 24 })',
      );
      stranger.destroy();
      return answer;
    },
    join(import.meta.dirname, '../../out/preload/index.cjs'),
  );
  expect(reply).toMatchObject({ ok: false, error: { code: 'access-denied' } });
});

test('only web links leave the app', async ({ launch }) => {
  const { app, page } = await launch();
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = (url) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  const codes = await page.evaluate(async () => {
    const answers: string[] = [];
    for (const url of [
      'file:///etc/passwd',
      'javascript:alert(1)',
      'ssh://x',
      'x',
      'https://example.com/a b',
    ]) {
      const reply = await window.nodewharf.openLink({ url });
      answers.push(reply.ok ? 'ok' : reply.error.code);
    }
    return answers;
  });
  expect(codes).toEqual(['bad-request', 'bad-request', 'bad-request', 'bad-request', 'ok']);
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([
    'https://example.com/a%20b',
  ]);
});
