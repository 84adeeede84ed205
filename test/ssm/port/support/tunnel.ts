import { once } from 'node:events';
import { connect, type IpcNetConnectOpts, type Socket, type TcpNetConnectOpts } from 'node:net';
import { afterEach } from 'vitest';
import type { ChannelState } from '../../../../src/ssm/channel/channel-types.ts';
import {
  type LocalAddress,
  type LocalListener,
  listenLocally,
} from '../../../../src/ssm/node/port/listen-locally.ts';
import {
  type ConnectionNews,
  openPortSession,
  type PortSession,
  type PortSessionOptions,
} from '../../../../src/ssm/node/port/open-port-session.ts';
import type { Clock } from '../../../../src/ssm/node/system-clock.ts';
import { FarSide, type FarOptions } from './far-side.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export function closeLater(close: () => unknown): void {
  closers.push(close);
}

/** A tunnel from a local listener to a far side, over real sockets, with what it told. */
export class TestTunnel {
  readonly states: ChannelState[] = [];
  readonly news: ConnectionNews[] = [];
  readonly far: FarSide;
  readonly listener: LocalListener;
  readonly session: PortSession;

  private constructor(
    far: FarSide,
    listener: LocalListener,
    options: Partial<PortSessionOptions>,
    clock?: Clock,
  ) {
    this.far = far;
    this.listener = listener;
    this.session = openPortSession(
      {
        sessionId: 'session',
        tokenValue: 'token-0',
        streamUrl: far.streamUrl,
        resume: async () => ({ tokenValue: `token-${far.tokens.length}` }),
        classifyResumeError: () => 'retry',
        side: { kind: 'listener', listener },
        onState: (state) => {
          this.states.push(state);
          far.changed();
        },
        onConnection: (news) => {
          this.news.push(news);
          far.changed();
        },
        ...options,
      },
      clock,
    );
  }

  static async open(
    farOptions: FarOptions = {},
    options: Partial<PortSessionOptions> = {},
    clock?: Clock,
    address: LocalAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 },
  ): Promise<TestTunnel> {
    const far = await FarSide.listen(farOptions);
    closeLater(() => far.close());
    const listener = await listenLocally(address);
    closeLater(() => listener.close());
    const tunnel = new TestTunnel(far, listener, options, clock);
    closeLater(() => tunnel.session.end());
    return tunnel;
  }

  get port(): number {
    return this.listener.address.kind === 'tcp' ? this.listener.address.port : 0;
  }

  get #target(): TcpNetConnectOpts | IpcNetConnectOpts {
    const { address } = this.listener;
    return address.kind === 'unix' ? { path: address.path } : { host: '127.0.0.1', port: address.port };
  }

  /** A local program. It does not end its side when the other ends. */
  async connect(): Promise<LocalProgram> {
    const socket = connect({ ...this.#target, allowHalfOpen: true });
    closeLater(() => socket.destroy());
    await once(socket, 'connect');
    return new LocalProgram(socket, this.far);
  }

  get lastState(): ChannelState | undefined {
    return this.states.at(-1);
  }

  /** How each connection ended, in the order of their ends. */
  get ends(): string[] {
    return this.news.flatMap((news) =>
      news.kind === 'closed' ? [news.reason] : news.kind === 'refused' ? ['refused'] : [],
    );
  }
}

export class LocalProgram {
  readonly socket: Socket;
  readonly received: Buffer[] = [];
  receivedBytes = 0;
  hasEnded = false;
  isClosed = false;
  error: NodeJS.ErrnoException | undefined;

  constructor(socket: Socket, far: FarSide) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      if (this.receivedBytes < 1024 * 1024) this.received.push(bytes);
      this.receivedBytes += bytes.length;
      far.changed();
    });
    socket.on('end', () => {
      this.hasEnded = true;
      far.changed();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => {
      this.isClosed = true;
      far.changed();
    });
  }

  get text(): string {
    return Buffer.concat(this.received).toString();
  }
}
