import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { Locator, Page } from '@playwright/test';
import { pseudoRandom } from '../../src/lab/demo/demo-server.ts';
import { injectFault } from './heavy/support/external-lab.ts';
import { expect, test } from './support/app.ts';
import { addProfile, keysOf } from './support/lab-profile.ts';

/** A server on this machine, which is also every node of the lab. */
async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

const showTunnels = (page: Page): Promise<void> =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Tunnels' }).click();

const tunnel = (page: Page, name: string): Locator => page.getByTestId('tunnel').filter({ hasText: name });

/** Where the tunnel listens, as its row shows it. */
async function portOf(row: Locator): Promise<number> {
  const address = row.getByTestId('tunnel-address');
  await expect(address).toHaveText(/^127\.0\.0\.1:\d+$/);
  return Number((await address.textContent())?.split(':')[1]);
}

/** An open connection through the tunnel; the returned socket is the caller's to destroy. */
function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

test('a tunnel is made in its dialog, carries a page, shows what it carries, and listens no more when it is stopped', async ({
  launch,
}) => {
  const body = 'x'.repeat(250_000);
  const server = createServer((request, answer) => {
    // Left open: a connection to be seen.
    if (request.url === '/open') answer.write('first');
    else answer.end(body);
  });
  const farPort = await listening(server);
  const { page } = await launch();
  await showTunnels(page);
  await page.getByRole('button', { name: 'New tunnel' }).click();
  const dialog = page.getByRole('dialog', { name: 'New tunnel' });

  // At the first press, from a field that was left empty, all that is missing is told.
  await dialog.getByTestId('node-picker').focus();
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  await expect(dialog.getByRole('alert')).toHaveText([
    'Choose the node that the tunnel goes through.',
    'A port from 1 to 65535.',
  ]);
  await dialog.getByTestId('node-picker').click();
  await page.keyboard.type('web');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Port required').fill(String(farPort));
  await dialog.getByLabel('Any free port').check();
  await dialog.getByLabel('Name').fill('Page of lab-web');
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  await expect(dialog).toHaveCount(0);

  const row = tunnel(page, 'Page of lab-web');
  await expect(row.getByTestId('tunnel-state')).toContainText('live');
  const port = await portOf(row);
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  expect((await response.text()) === body).toBe(true);
  await expect(row.getByTestId('tunnel-bytes')).toContainText('250 kB down');

  const held = await open(port);
  held.on('error', () => {});
  held.write('GET /open HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect(row).toContainText('1 open');
  await expect(row).toContainText('2 connections');
  await row.getByRole('button', { name: 'Connections of Page of lab-web' }).click();
  await expect(row.getByTestId('connection')).toContainText(`127.0.0.1:${held.localPort}`);

  await row.getByRole('button', { name: 'Stop Page of lab-web' }).click();
  const question = page.getByRole('alertdialog', { name: 'Stop this tunnel' });
  await expect(question).toContainText('1 open connection');
  await question.getByRole('button', { name: 'Stop tunnel' }).click();
  await expect(row.getByTestId('tunnel-state')).toContainText('ended');
  await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect.poll(() => held.closed).toBe(true);

  await page.keyboard.press('Control+Shift+H');
  const entry = page.getByTestId('history-entry');
  await expect(entry.getByRole('img', { name: 'Tunnel' })).toBeVisible();
  await expect(entry).toContainText(`127.0.0.1:${port} to port ${farPort}`);
  await expect(entry).toContainText('Ended by you');
  server.closeAllConnections();
  server.close();
});

test('a download through a tunnel outlives a cut, an outage is shown, and the listener and its connection stay', async ({
  launch,
  lab,
}) => {
  const running = await launch({ environment: keysOf(lab) });
  const { page, call } = running;
  const profile = await addProfile(running, lab);
  const node = lab.nodes.find(({ name }) => name === 'lab-web');
  const saved = await call('saveTunnel', {
    tunnel: {
      name: 'Demo',
      profileId: profile.id,
      target: node?.id ?? '',
      nodeName: 'lab-web',
      destination: { kind: 'node-port', port: node?.demoPort ?? 0 },
      local: { host: '127.0.0.1', port: 0 },
    },
  });
  await showTunnels(page);
  const row = tunnel(page, 'Demo');
  await row.getByRole('button', { name: 'Start Demo' }).click();
  await expect(row.getByTestId('tunnel-state')).toContainText('live');
  const port = await portOf(row);

  const cut = { session: '*', kind: 'cut', direction: 'down', type: 'output_stream_data' };
  await injectFault(lab, { ...cut, every: 900, count: 3 });
  const wanted = Buffer.concat([...pseudoRandom(4_000_000, 'cut')]);
  const answer = await fetch(`http://127.0.0.1:${port}/bytes/4000000?seed=cut`);
  expect(Buffer.from(await answer.arrayBuffer()).equals(wanted)).toBe(true);
  const { sessions } = (await (await fetch(`${lab.control}/sessions`)).json()) as {
    sessions: { connections: number }[];
  };
  expect(sessions[0]?.connections).toBe(4);

  // Now it does not come back at once.
  const held = await open(port);
  held.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => held.once('data', resolve));
  await injectFault(lab, { session: '*', kind: 'refuse-resume', code: 'ServiceUnavailable', count: 1000 });
  await fetch(`${lab.control}/cut`, { method: 'POST', body: '{}' });
  await expect(row.getByTestId('tunnel-state')).toContainText('reconnecting');
  await expect(row.getByTestId('trouble')).toContainText('Connection lost, reconnecting');
  await expect(row.getByTestId('trouble')).toContainText('ServiceUnavailable');
  expect(await portOf(row)).toBe(port);
  await row.getByRole('button', { name: 'Try now' }).click();
  await fetch(`${lab.control}/faults/clear`, { method: 'POST' });
  await expect(row.getByTestId('tunnel-state')).toContainText('live');
  held.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => held.once('data', resolve));
  held.destroy();
  await call('stopTunnel', { tunnelId: saved.id });
});

test('a taken local port says who holds it, and another port cures it', async ({ launch }) => {
  const holder = createTcpServer();
  const takenPort = await listening(holder);
  const server = createServer((_request, answer) => answer.end('reached'));
  const farPort = await listening(server);
  const { page, call } = await launch();
  await page.getByTestId('node-row').filter({ hasText: 'lab-db' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Forward a port…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Another host behind it').click();
  await dialog.getByLabel('Host required').fill('localhost');
  await dialog.getByLabel('Port required').fill(String(farPort));
  await dialog.getByLabel('Local port').fill(String(takenPort));
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  await showTunnels(page);
  const row = tunnel(page, `lab-db localhost:${farPort}`);
  const trouble = row.getByTestId('trouble');
  await expect(trouble).toContainText(`127.0.0.1:${takenPort} is in use`);
  if (process.platform === 'linux') await expect(trouble).toContainText(`process ${process.pid}`);

  await trouble.getByRole('button', { name: 'Change port…' }).click();
  await dialog.getByLabel('Any free port').check();
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  await expect(row.getByTestId('tunnel-state')).toContainText('live');
  await expect(trouble).toHaveCount(0);
  const response = await fetch(`http://127.0.0.1:${await portOf(row)}/`);
  expect(await response.text()).toBe('reached');
  // Of the try that failed there was no session at the service.
  const [second, first] = await call('listHistory', { limit: 9 });
  expect([second?.sessionId === undefined, first?.sessionId]).toEqual([false, undefined]);
  holder.close();
  server.closeAllConnections();
  server.close();
});

test('a first tunnel of the lab leads to its page, and a port where nothing listens says so', async ({
  launch,
}) => {
  const { page } = await launch();
  await showTunnels(page);
  await page.getByRole('button', { name: /^Try one on lab-/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save and start' }).click();
  const row = tunnel(page, 'Web page of lab-');
  await expect(row.getByTestId('tunnel-state')).toContainText('live');
  await expect(row.getByRole('button', { name: /Open .* in the browser/ })).toBeVisible();
  const shown = await fetch(`http://127.0.0.1:${await portOf(row)}/`);
  expect(await shown.text()).toContain('It works');

  // A port that was free a moment ago.
  const gone = createTcpServer();
  const nothing = await listening(gone);
  gone.close();
  await row.getByRole('button', { name: /^More for Web page of/ }).click();
  await page.getByRole('menuitem', { name: 'Duplicate…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Port required').fill(String(nothing));
  await dialog.getByLabel('Name').fill('Nothing there');
  await dialog.getByRole('button', { name: 'Save and start' }).click();
  const dead = tunnel(page, 'Nothing there');
  await expect(dead.getByTestId('tunnel-state')).toContainText('live');
  // Refused at the far side, it may be reset before it has heard that it is connected.
  const socket = connect(await portOf(dead), '127.0.0.1').on('error', () => {});
  await expect(dead.getByTestId('trouble')).toContainText('could not be made at the far side');
  await expect(dead.getByTestId('trouble')).toContainText(`something listens at port ${nothing}`);
  socket.destroy();
});
