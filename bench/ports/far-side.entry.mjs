import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import {
  decodeHandshakeResponse,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
} from '../../src/ssm/wire/handshake.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { AgentChannel } from './agent-channel.mjs';
import { FarPort } from './far-port.mjs';
import { FarShell } from './far-shell.mjs';
import { acceptKey, FrameReader, frameOf, opcode } from './web-socket.mjs';

/**
 * The far side as a process of its own: what stands for the gateway and for the agent, in one so that a measurement on two
 * cores is not one of passing bytes on. The parent asks over IPC for sessions and for what they have received.
 */
const agentVersion = '3.3.1142.0';

/** By session id. @type {Map<string, { spec: object, far?: { received: number, close?(): void } }>} */
const sessions = new Map();
const sockets = new Set();
let nextSession = 0;

const server = createServer((request, response) => {
  // ResumeSession and TerminateSession: nothing here needs them, and a client may say goodbye.
  request.resume();
  response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"SessionId":"bench"}');
});

server.on('upgrade', (request, socket) => {
  const id = decodeURIComponent(/\/v1\/data-channel\/([^?]*)/.exec(request.url)?.[1] ?? '');
  const session = sessions.get(id);
  if (session === undefined) {
    socket.destroy();
    return;
  }
  socket.setNoDelay(true);
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${acceptKey(request.headers['sec-websocket-key'])}\r\n\r\n`,
  );
  serve(session, socket);
});

function serve(session, socket) {
  sockets.add(socket);
  const reader = new FrameReader();
  const channel = new AgentChannel(socket, (type, payload) => input(session, channel, type, payload));
  socket.on('data', (chunk) => {
    reader.push(chunk, (code, payload) => {
      if (code === opcode.binary) channel.receive(payload);
      else if (code === opcode.ping) socket.write(frameOf(opcode.pong, payload, false));
      else if (code === opcode.text) opened(session, channel);
    });
    channel.readEnded();
  });
  const ended = () => {
    sockets.delete(socket);
    session.far?.close?.();
    channel.stream(undefined);
    socket.destroy();
  };
  socket.on('error', ended);
  socket.on('close', ended);
  socket.on('end', ended);
}

/** OpenDataChannel has come: a shell begins at once, a port session with its handshake. */
function opened(session, channel) {
  const { spec } = session;
  if (spec.kind === 'shell') {
    session.far = new FarShell(channel, spec);
    return;
  }
  const properties = {
    portNumber: '1',
    type: 'LocalPortForwarding',
    localPortNumber: String(spec.localPort),
  };
  channel.send(
    PayloadType.handshakeRequest,
    encodeHandshakeRequest({
      agentVersion,
      requestedClientActions: [
        { actionType: 'SessionType', actionParameters: { SessionType: 'Port', Properties: properties } },
      ],
    }),
  );
}

function input(session, channel, type, payload) {
  if (type === PayloadType.output) session.far?.receive(payload);
  else if (type === PayloadType.handshakeResponse) {
    const { processedClientActions } = decodeHandshakeResponse(payload);
    if (processedClientActions[0]?.actionStatus !== 1) throw new Error('The client refuses a port session.');
    channel.send(
      PayloadType.handshakeComplete,
      encodeHandshakeComplete({ handshakeTimeToComplete: 1_000_000, customerMessage: '' }),
    );
    session.far = new FarPort(channel);
  }
}

function startSession(spec, port) {
  nextSession += 1;
  const id = `bench-${randomBytes(6).toString('hex')}${String(nextSession).padStart(5, '0')}`;
  sessions.set(id, { spec });
  return {
    SessionId: id,
    TokenValue: randomBytes(24).toString('base64'),
    StreamUrl: `ws://127.0.0.1:${port}/v1/data-channel/${id}?role=publish_subscribe`,
  };
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  process.on('message', ({ number, ask, value }) => {
    let answer;
    if (ask === 'start') answer = startSession(value, port);
    else if (ask === 'received') answer = sessions.get(value)?.far?.received ?? 0;
    else if (ask === 'end') {
      for (const socket of sockets) socket.destroy();
      sessions.clear();
    }
    process.send({ number, answer });
  });
  process.send({ ready: `http://127.0.0.1:${port}` });
});
process.on('disconnect', () => process.exit(0));
