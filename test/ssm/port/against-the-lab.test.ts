import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../../../src/lab/start-lab.ts';
import type { ChannelState } from '../../../src/ssm/channel/channel-types.ts';
import { type LocalListener, listenLocally } from '../../../src/ssm/node/port/listen-locally.ts';
import {
  type ConnectionNews,
  openPortSession,
  type PortSession,
} from '../../../src/ssm/node/port/open-port-session.ts';
import { closedPort, TestServer } from '../../lab/support/echo-server.ts';
import { callApi, countsOf, postFaults, start } from '../../lab/support/lab-caller.ts';
import { closeLater } from './support/tunnel.ts';

/** Our tunnels and the lab's agent were written apart, from the protocol notes alone; here they meet. */
class LabTunnel {
  readonly states: ChannelState[] = [];
  readonly news: ConnectionNews[] = [];
  readonly session: PortSession;
  readonly sessionId: string;
  readonly port: number;

  private constructor(lab: Lab, listener: LocalListener, started: Awaited<ReturnType<typeof start>>) {
    this.sessionId = started.SessionId;
    this.port = listener.address.kind === 'tcp' ? listener.address.port : 0;
    this.session = openPortSession({
      sessionId: started.SessionId,
      tokenValue: started.TokenValue,
      streamUrl: started.StreamUrl,
      resume: async () => {
        const { body } = await callApi(lab, 'ResumeSession', { SessionId: started.SessionId });
        return { tokenValue: body['TokenValue'] as string };
      },
      classifyResumeError: () => 'retry',
      side: { kind: 'listener', listener },
      onState: (state) => this.states.push(state),
      onConnection: (news) => this.news.push(news),
    });
    closeLater(() => this.session.end());
  }

  static async open(lab: Lab, remotePort: string): Promise<LabTunnel> {
    const listener = await listenLocally({ kind: 'tcp', host: '127.0.0.1', port: 0 });
    const started = await start(lab, {
      DocumentName: 'AWS-StartPortForwardingSession',
      Parameters: { portNumber: [remotePort] },
    });
    return new LabTunnel(lab, listener, started);
  }

  /** Sends `bytes`, and resolves with the hash of as many bytes that came back. */
  async echo(bytes: Buffer, onBytes: (received: number) => void = () => {}): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    closeLater(() => socket.destroy());
    socket.write(bytes);
    const hash = createHash('sha256');
    let received = 0;
    socket.on('data', (data: Buffer) => {
      hash.update(data);
      received += data.length;
      onBytes(received);
      if (received >= bytes.length) socket.destroy();
    });
    await once(socket, 'close');
    return hash.digest('hex');
  }
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function labWith(options: Parameters<typeof startLab>[0]): Promise<Lab> {
  const lab = await startLab(options);
  closeLater(() => lab.close());
  return lab;
}

describe('a tunnel through the lab', () => {
  it.each([
    ['fast', 1_500_000],
    ['agent', 150_000],
  ] as const)(
    'at pace %s brings 3 parallel streams back whole, over cut connections',
    async (pace, length) => {
      const lab = await labWith({ pace });
      const server = await TestServer.echo();
      closeLater(() => server.close());
      const tunnel = await LabTunnel.open(lab, server.port);
      const cuts = [0.3, 0.6].map((part) => part * length);
      const cut = (received: number): void => {
        if (received < (cuts[0] ?? Number.POSITIVE_INFINITY)) return;
        cuts.shift();
        void postFaults(lab, { session: tunnel.sessionId, kind: 'cut' });
      };
      const sent = [1, 2, 3].map(() => randomBytes(length));
      const back = await Promise.all(
        sent.map((bytes, index) => tunnel.echo(bytes, index === 0 ? cut : undefined)),
      );
      expect(back).toEqual(sent.map(hashOf));
      expect((await countsOf(lab, tunnel.sessionId)).connections).toBeGreaterThan(1);
      await tunnel.session.end();
      expect(tunnel.states.at(-1)).toEqual({ kind: 'ended', end: { kind: 'ended-by-user' } });
    },
    60_000,
  );

  it('tells that the destination refuses', async () => {
    const lab = await labWith({ pace: 'fast' });
    const tunnel = await LabTunnel.open(lab, await closedPort());
    const socket = connect(tunnel.port, '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('close', resolve));
    expect(tunnel.news.map(({ kind }) => kind)).toEqual(['opened', 'refused']);
  });

  it('to an old agent serves one program after the other', async () => {
    const lab = await labWith({ pace: 'fast', agentVersion: '2.3.750.0' });
    const server = await TestServer.echo();
    closeLater(() => server.close());
    const tunnel = await LabTunnel.open(lab, server.port);
    const sent = [1, 2, 3].map(() => randomBytes(100_000));
    const back = await Promise.all(sent.map((bytes) => tunnel.echo(bytes)));
    expect(back).toEqual(sent.map(hashOf));
    expect(tunnel.session.stats()).toMatchObject({ variant: 'basic', totalConnections: 3 });
  });
});
