import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseOpenDataChannel } from '../../ssm/wire/open-data-channel.ts';
import { ApiError, expiredToken } from '../api/api-error.ts';
import { type SignatureScope, verifySignature } from '../api/signature.ts';
import type { LiveSession } from './live-session.ts';
import { parseStreamTarget } from './stream-url.ts';

/** A client that says nothing after the upgrade is dropped, milliseconds. */
const openTimeoutMs = 15_000;
/** Far above what a client sends: stream data is at most 120 + 1024 + 28 bytes, handshakes a few kilobytes. */
const maxFrameBytes = 1024 * 1024;
/** RFC 6455: the message breaks the endpoint's rules. Official peers never look at the code. */
const policyViolation = 1008;

export interface GatewayOptions {
  scope: Omit<SignatureScope, 'service'>;
  /** Signed upgrades are then refused. */
  areCredentialsExpired(): boolean;
  findLive(sessionId: string): LiveSession | undefined;
}

/** The message gateway's client side: WebSocket upgrades on /v1/data-channel/<session-id> (protocol notes, section 2). */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    autoPong: false,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  });

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Takes over an HTTP upgrade, or refuses it with a status. */
  upgrade(request: IncomingMessage, transport: Duplex, head: Buffer): void {
    transport.on('error', () => transport.destroy());
    const target = parseStreamTarget(request.url ?? '');
    if (target === 'not-a-stream') return refuse(transport, 404, 'There is no such stream.');
    if (target === 'changed') {
      return refuse(transport, 400, 'The stream URL must be used byte for byte; its query has been changed.');
    }
    const live = this.#options.findLive(target.sessionId);
    if (!live) return refuse(transport, 404, 'There is no such session.');
    const refusal = this.#checkSignature(request);
    if (refusal) return refuse(transport, 403, refusal);
    this.#server.handleUpgrade(request, transport, head, (socket) =>
      this.#awaitOpen(socket, transport, live),
    );
  }

  /** Drops every connection, also those that are still closing. */
  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  /** Clients up to 1.2.677.0 send no signature, later ones do: none is fine, a wrong one is not (section 1.2). */
  #checkSignature(request: IncomingMessage): string | undefined {
    if (request.headers.authorization === undefined) return undefined;
    const signed = {
      method: request.method ?? 'GET',
      target: request.url ?? '',
      headers: request.headers,
      body: new Uint8Array(0),
    };
    try {
      verifySignature(signed, { ...this.#options.scope, service: 'ssmmessages' }, Date.now());
      return this.#options.areCredentialsExpired() ? expiredToken().message : undefined;
    } catch (error) {
      if (error instanceof ApiError) return error.message;
      throw error;
    }
  }

  /** The first frame must be text and carry the current token; nothing answers it. */
  #awaitOpen(socket: WebSocket, transport: Duplex, live: LiveSession): void {
    const timer = setTimeout(() => socket.terminate(), openTimeoutMs);
    live.watchFraming(transport);
    // Plugins send a ping as soon as they are connected, before the first frame.
    const onPing = (data: Buffer) => socket.pong(data);
    socket.on('ping', onPing);
    socket.on('error', () => undefined); // A close follows.
    socket.once('close', () => clearTimeout(timer));
    socket.once('message', (data, isBinary) => {
      clearTimeout(timer);
      socket.off('ping', onPing);
      const isGood = !isBinary && takesToken(live, (data as Buffer).toString());
      if (isGood) live.attach(socket, transport);
      else socket.close(policyViolation, 'OpenDataChannel with a valid token expected');
    });
  }
}

/** True when `text` opens the channel. The token is used up; an expired one as well. */
function takesToken(live: LiveSession, text: string): boolean {
  const given = readToken(text);
  const { token } = live.record;
  if (given === undefined || token === undefined || given !== token) return false;
  live.record.token = undefined;
  return !live.faults.takeExpiredToken();
}

function readToken(text: string): string | undefined {
  try {
    return parseOpenDataChannel(text).tokenValue;
  } catch {
    return undefined;
  }
}

function refuse(transport: Duplex, status: number, message: string): void {
  transport.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
      `content-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
