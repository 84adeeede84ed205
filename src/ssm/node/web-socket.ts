import type { Agent } from 'node:http';
import * as net from 'node:net';
import * as tls from 'node:tls';
import WebSocket from 'ws';
import { loopbackLookup } from './stream-url.ts';

/** What a socket tells its owner. After `onClosed`, and after {@link SessionSocket.drop}, it says nothing more. */
export interface SocketEvents {
  onOpened(): void;
  /** One message; a view that stays valid. */
  onFrame(bytes: Uint8Array): void;
  onPong(): void;
  /** Closed or failed, or could not be opened; then with the reason. */
  onClosed(error?: Error): void;
  /** More than {@link fullBytes} wait to be written: add only what is small. */
  onFull(): void;
  /** All of it has been written. */
  onDrained(): void;
}

export interface SessionSocket {
  sendText(text: string): void;
  /**
   * Sends one message. Above {@link discardBytes} of waiting data it is discarded, which costs no data: the machine keeps
   * its messages until they are acknowledged, and an acknowledge that is missed is asked for again.
   */
  send(bytes: Uint8Array): void;
  /** Whether `onDrained` is to come. */
  readonly isFull: boolean;
  ping(): void;
  pauseReading(): void;
  resumeReading(): void;
  /** Drops the connection without a closing handshake, as the official peers do (trap 24). */
  drop(): void;
}

/** A few round trips of a fast upload. Above it stream data stays in the machine. */
const fullBytes = 256 * 1024;
/** Far above {@link fullBytes}, so that only acknowledges of a flood that a clogged way up cannot carry get there. */
const discardBytes = 1024 * 1024;
/** Stream messages are about 1 KiB, handshakes a few; the limit is for peers that are neither. */
const maxMessageBytes = 1024 * 1024;
const upgradeTimeoutMs = 15_000;

export interface UpgradeOptions {
  headers: Record<string, string>;
  /** Makes the connection of `wss:`; this file does where absent. */
  agent?: Agent;
}

/**
 * Opens a WebSocket to `url`, which has passed `checkStreamUrl`, with `headers` in its upgrade request.
 *
 * No compression and no fragments: the official gateway has seen neither. All messages sent in one turn, such as the
 * acknowledges for a block of output, leave in one write of the socket underneath.
 */
export function openWebSocket(
  url: string,
  { headers, agent }: UpgradeOptions,
  events: SocketEvents,
): SessionSocket {
  const isSecure = url.startsWith('wss:');
  let tcp: net.Socket | undefined;
  const own = (socket: net.Socket): net.Socket => {
    tcp = socket;
    tcp.setNoDelay(true);
    tcp.on('drain', onDrain);
    return tcp;
  };
  const webSocket = new WebSocket(url, {
    headers,
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: upgradeTimeoutMs,
    maxPayload: maxMessageBytes,
    ...(agent !== undefined && isSecure
      ? { agent }
      : {
          createConnection: ((options: net.TcpNetConnectOpts) =>
            own(connect(options, isSecure))) as typeof net.createConnection,
        }),
  });
  if (agent !== undefined && isSecure) webSocket.on('upgrade', ({ socket }) => own(socket));

  let isDropped = false;
  let isFull = false;
  let isCorked = false;

  function onDrain(): void {
    if (isDropped || !isFull) return;
    isFull = false;
    events.onDrained();
  }

  function uncork(): void {
    isCorked = false;
    tcp?.uncork();
  }

  function sendNow(data: Uint8Array | string): void {
    if (webSocket.readyState !== WebSocket.OPEN) return;
    if (!isCorked && tcp !== undefined) {
      isCorked = true;
      tcp.cork();
      process.nextTick(uncork);
    }
    webSocket.send(data, ignoreError);
    if (!isFull && webSocket.bufferedAmount > fullBytes) {
      isFull = true;
      events.onFull();
    }
  }

  webSocket.on('open', () => {
    if (!isDropped) events.onOpened();
  });
  webSocket.on('message', (data: Buffer) => {
    if (!isDropped) events.onFrame(data);
  });
  webSocket.on('pong', () => {
    if (!isDropped) events.onPong();
  });
  let failure: Error | undefined;
  webSocket.on('error', (error) => {
    // `close` follows it.
    failure = error;
  });
  webSocket.on('close', () => {
    if (isDropped) return;
    isDropped = true;
    events.onClosed(failure);
  });

  return {
    sendText: sendNow,
    get isFull() {
      return isFull;
    },
    send: (bytes) => {
      if (webSocket.bufferedAmount <= discardBytes) sendNow(bytes);
    },
    ping: () => {
      if (webSocket.readyState === WebSocket.OPEN) webSocket.ping('keepalive', undefined, ignoreError);
    },
    pauseReading: () => webSocket.pause(),
    resumeReading: () => webSocket.resume(),
    drop: () => {
      isDropped = true;
      webSocket.terminate();
    },
  };
}

/** The options are those of an HTTP request, whose `path` would be taken for the path of a local socket. */
function connect(options: net.TcpNetConnectOpts, isSecure: boolean): net.Socket {
  const { path: _, ...rest } = options as net.TcpNetConnectOpts & { path?: string };
  if (!isSecure) return net.connect({ ...rest, lookup: loopbackLookup });
  const { host } = rest;
  return tls.connect({ ...rest, servername: host === undefined || net.isIP(host) !== 0 ? '' : host });
}

/** A write that fails is followed by the socket's `close`. */
function ignoreError(): void {}
