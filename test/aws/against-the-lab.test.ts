import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import type { DocumentPage, DocumentScope, ListedDocument } from '../../src/shared/document-facts.ts';
import type { ManagedNode } from '../../src/shared/inventory.ts';
import WebSocket from 'ws';

let lab: Lab;
let plane: ControlPlane;
beforeAll(async () => {
  lab = await startLab({ pace: 'fast', nodes: 120, extraDocuments: 60 });
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

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'started',
    (error: { data?: { code?: string } }) => error.data?.code,
  );

describe('session documents of the lab', () => {
  const list = async (scope: DocumentScope): Promise<ListedDocument[][]> => {
    const pages: ListedDocument[][] = [];
    let next: string | undefined;
    do {
      const page: DocumentPage = await plane.listDocuments(scope, next);
      pages.push(page.documents);
      next = page.next;
    } while (next !== undefined);
    return pages;
  };

  it('of the account come in pages, with version and ARN, and none is of another type', async () => {
    const pages = await list('own');
    expect(pages[0]).toHaveLength(50);
    expect(pages.flat()).toContainEqual({
      name: 'SSM-SessionManagerRunShell',
      owner: '123456789012',
      version: '1',
      arn: 'arn:aws:ssm:us-east-1:123456789012:document/SSM-SessionManagerRunShell',
    });
    expect(pages.flat().filter(({ name }) => name.startsWith('Team-Shell'))).toHaveLength(60);
  });

  it('of others are apart: shared with the account, Amazon’s, shared with everybody', async () => {
    const [shared, amazon, open] = [await list('shared'), await list('amazon'), await list('public')];
    const arn = 'arn:aws:ssm:us-east-1:444455556666:document/Platform-Shell';
    expect(shared.flat()).toEqual([{ name: arn, arn, owner: '444455556666', version: '1' }]);
    expect(amazon.flat().map(({ arn: known }) => known)).toContain(
      'arn:aws:ssm:us-east-1::document/AWS-StartSSHSession',
    );
    expect(amazon.flat().map(({ name }) => name)).not.toContain('AWS-RunShellScript');
    expect(open.flat().map(({ owner }) => owner)).toContain('777788889999');
  });

  it('that are missing, of another type, or may not be read are told apart', async () => {
    expect(await codeOf(plane.readDocument('No-Such'))).toBe('document-not-found');
    expect(await codeOf(plane.readDocument('AWS-RunShellScript'))).toBe('document-not-session');
    expect(await codeOf(plane.readDocument('Lab-Unreadable'))).toBe('document-denied');
  });

  it('that may not be read start sessions all the same, with a word of warning', async () => {
    const session = await plane.startSession({ target: online(), documentName: 'Lab-Unreadable' });
    expect(session.warning).toContain('ssm:GetDocument');
    expect(session.document).toBeUndefined();
  });
});

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
    expect(await codeOf(plane.startSession({ target: offline() }))).toBe('target-not-connected');
    expect(await codeOf(plane.startSession({ target: online(), documentName: 'No-Such-Document' }))).toBe(
      'document-not-found',
    );
    const stranger = planeWith({ accessKeyId: 'AKIDSTRANGER', secretAccessKey: 'x' });
    expect(await codeOf(stranger.startSession({ target: online() }))).toBe('access-denied');
    stranger.close();
  });
});
