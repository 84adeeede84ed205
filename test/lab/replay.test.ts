import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { BlockCipher } from '../../src/lab/agent/handshake/block-cipher.ts';
import { PayloadType } from '../../src/ssm/wire/payload-type.ts';
import { readRecording, type Recording, replay, type Said } from './support/agent-replay.ts';
import { closedPort, TestServer } from './support/echo-server.ts';

/** The lab's agent hears what the recorded client said, and must say what the official agent said. */
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

type ReplayOptions = Parameters<typeof replay>[1];

async function play(recording: Recording, options: ReplayOptions = {}) {
  const played = await replay(recording, options);
  endings.push(played.close);
  return played;
}

/** Handshakes as JSON without times and challenges, and with the recorded port; other payloads joined type by type. */
function essence(said: readonly Said[], port: { from: string; to: string } = { from: ' ', to: ' ' }): object {
  const order = [...new Set(said.map(({ payloadType }) => payloadType))];
  return Object.fromEntries(
    order.map((type) => {
      const joined = Buffer.concat(
        said.filter(({ payloadType }) => payloadType === type).map(({ payload }) => payload),
      );
      const isJson = type === PayloadType.handshakeRequest || type === PayloadType.handshakeComplete;
      if (!isJson) return [type, joined.toString('latin1')];
      const text = joined
        .toString()
        .replace(port.from, port.to)
        .replace(/"HandshakeTimeToComplete":\d+/, '"HandshakeTimeToComplete":0')
        .replace(/"Challenge":"[A-Za-z0-9+/]{22}=="/, '"Challenge":""');
      return [type, text];
    }),
  );
}

describe('the lab’s agent says what the official one said to the recorded client', () => {
  test.each(['noninteractive', 'noninteractive-separate', 'noninteractive-missing'])(
    'in %s',
    async (name) => {
      const recording = readRecording(name);
      const { said, end } = await play(recording);
      expect(essence(said)).toEqual(essence(recording.agent));
      expect(end).toEqual({ status: 'Success', output: recording.output });
    },
  );

  test('in interactive-command', async () => {
    const recording = readRecording('interactive-command');
    // The recorded agent, in its container mode, did not put a shell in front of the command.
    const command = 'printf name:; read x; echo got $x';
    const { said, end } = await play(recording, { parameters: { command } });
    expect(essence(said)).toEqual(essence(recording.agent));
    expect(end?.output).toBe(recording.output);
  });

  test('in handshake-failed, down to the error', async () => {
    const recording = readRecording('handshake-failed');
    const { said, end } = await play(recording, {
      documentName: 'Lab-EncryptedShell',
      agentVersion: '3.3.808.0',
    });
    const version = { from: '3.3.808.0', to: '3.3.0.0' };
    expect(essence(said, version)).toEqual(essence(recording.agent));
    expect(end).toEqual({ status: 'Failed', output: recording.output });
  });

  // The announced version is also what the agent can do; the recorded agents announced less than they could.
  const atLeast = (version: string) => ({ agentVersion: version });
  test.each<[name: string, options: { agentVersion?: string }]>([
    ['port-mux-session', {}],
    ['port-mux-big', {}],
    ['port-remote-host', {}],
    ['port-basic-session', {}],
    ['port-basic-server-first', {}],
    ['port-basic-old-session', atLeast('2.3.714.0')],
    ['old-agent-port', atLeast('2.3.714.0')],
    ['old-agent-port-flag', {}],
    ['ssh-session', {}],
  ])('in %s', async (name, options) => {
    const recording = readRecording(name);
    const greeting =
      name === 'port-basic-server-first' || name === 'ssh-session' ? greetingOf(recording) : '';
    const server = await TestServer.start((socket) => {
      socket.write(greeting);
      socket.pipe(socket);
    });
    endings.push(() => server.close());
    const recorded = recording.request.Parameters?.['portNumber']?.[0] ?? '';
    const { said } = await play(recording, { ...options, parameters: { portNumber: server.port } });
    const changes = { from: `"portNumber":"${server.port}"`, to: `"portNumber":"${recorded}"` };
    expect(withoutVersion(essence(said, changes))).toEqual(withoutVersion(essence(recording.agent)));
  });

  test('in port-mux-refused: the flag, then the end of the stream', async () => {
    const recording = readRecording('port-mux-refused');
    const port = await closedPort();
    const { said } = await play(recording, { parameters: { portNumber: port } });
    const changes = { from: `"portNumber":"${port}"`, to: '"portNumber":"1"' };
    expect(essence(said, changes)).toEqual(essence(recording.agent));
  });
});

/** What the recorded server said first. */
function greetingOf({ agent }: Recording): string {
  return (
    agent.find(({ payloadType }) => payloadType === PayloadType.output)?.payload.toString('latin1') ?? ''
  );
}

function withoutVersion(essential: object): unknown {
  return JSON.parse(JSON.stringify(essential).replace(/\\"AgentVersion\\":\\"[\d.]+\\"/, ''));
}

test('the agent’s cipher reads what the recorded client encrypted', () => {
  const text = readFileSync(join(import.meta.dirname, '../vectors/shell-kms-session.json'), 'utf8');
  const { frames } = JSON.parse(text) as {
    frames: { from?: string; plaintextBase64?: string; decoded?: Record<string, string> }[];
  };
  const key = Buffer.from(
    frames.find(({ plaintextBase64 }) => plaintextBase64)?.plaintextBase64 ?? '',
    'base64',
  );
  const cipher = new BlockCipher(key, () => Buffer.alloc(12));
  const encrypted = frames.filter(({ from, decoded }) => from === 'client' && decoded?.['plaintextUtf8']);
  const read = encrypted.map(({ decoded }) =>
    Buffer.from(cipher.decrypt(Buffer.from(decoded?.['payloadBase64'] ?? '', 'base64')) ?? []).toString(),
  );
  expect(read.length).toBeGreaterThan(10);
  expect(read).toEqual(encrypted.map(({ decoded }) => decoded?.['plaintextUtf8']));
});
