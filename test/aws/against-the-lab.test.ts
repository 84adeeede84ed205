import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { ManagedNode } from '../../src/shared/models.ts';
import WebSocket from 'ws';

let lab: Lab;
let plane: ControlPlane;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast', nodes: 120 });
  plane = planeWith(lab);
});
afterAll(async () => {
  plane.close();
  await lab.close();
});

function planeWith({
  accessKeyId,
  secretAccessKey,
}: {
  accessKeyId: string;
  secretAccessKey: string;
}): ControlPlane {
  return createControlPlane({
    region: lab.region,
    endpoint: lab.endpoint,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
}

const online = () => lab.nodes.find((node) => node.online)?.id ?? '';
const offline = () => lab.nodes.find((node) => !node.online)?.id ?? '';

describe('against the lab', () => {
  it('all nodes are listed, over several pages, each once', async () => {
    const pages: ManagedNode[][] = [];
    for await (const { nodes } of plane.listNodes()) pages.push(nodes);
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    const facts = ({ id, name, platform, online }: Lab['nodes'][number] | ManagedNode) => ({
      id,
      name,
      platform,
      online,
    });
    expect(pages.flat().map(facts)).toEqual(lab.nodes.map(facts));
  });

  it('a session is started, described, resumed with another token and terminated', async () => {
    const session = await plane.startSession({ target: online(), reason: 'a look' });
    expect(session).not.toHaveProperty('warning');
    expect(await plane.describeSession(session.sessionId)).toHaveProperty('owner');
    const resumed = await plane.resumeSession(session.sessionId);
    expect(resumed.tokenValue).not.toBe('');
    expect(resumed.tokenValue).not.toBe(session.tokenValue);
    await plane.terminateSession(session.sessionId);
    // A session that no client ever connected to counts as failed (protocol notes, section 8.4).
    expect((await plane.describeSession(session.sessionId))?.status).toBe('Failed');
  });

  it('a session that does not exist is gone, and is not described', async () => {
    const error: unknown = await plane
      .resumeSession('nobody-0000000000000000')
      .catch((reason: unknown) => reason);
    expect(plane.classifyResumeError(error)).toBe('gone');
    expect(await plane.describeSession('nobody-0000000000000000')).toBeUndefined();
  });

  it('the signature of the upgrade is accepted, with the raw + / = of the URL, and one with a wrong secret is not', async () => {
    const { sessionId, streamUrl } = await plane.startSession({ target: online() });
    expect(streamUrl).toMatch(/cell-number=.*[+/=]/);
    const upgrade = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(streamUrl, { headers });
        socket.on('open', () => {
          socket.terminate();
          resolve('accepted');
        });
        socket.on('error', (error) => resolve(error.message));
      });
    expect(await upgrade(await plane.signUpgrade(streamUrl))).toBe('accepted');
    const stranger = planeWith({ accessKeyId: lab.accessKeyId, secretAccessKey: 'wrong' });
    expect(await upgrade(await stranger.signUpgrade(streamUrl))).toMatch(/40[13]/);
    stranger.close();
    await plane.terminateSession(sessionId);
  });

  it('what cannot be started is told apart', async () => {
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => 'started',
        (error: { data?: { code?: string } }) => error.data?.code,
      );
    expect(await codeOf(plane.startSession({ target: offline() }))).toBe('target-not-connected');
    expect(await codeOf(plane.startSession({ target: online(), documentName: 'No-Such-Document' }))).toBe(
      'document-not-found',
    );
    const stranger = planeWith({ accessKeyId: 'AKIDSTRANGER', secretAccessKey: 'x' });
    expect(await codeOf(stranger.startSession({ target: online() }))).toBe('access-denied');
    stranger.close();
  });
});
