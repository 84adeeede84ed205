import { openSession } from '../../src/ssm/node/open-session.ts';
import { listenLocally } from '../../src/ssm/node/port/listen-locally.ts';
import { openPortSession } from '../../src/ssm/node/port/open-port-session.ts';
import { portProperty } from '../../src/ssm/port/variant.ts';

/**
 * Our core as a program with the official plugin's arguments (protocol notes, section 1.3): the session's answer first, the
 * request fifth. It does what the bench needs and nothing for people.
 */
const [response, , , , request] = process.argv.slice(2);
const { SessionId, TokenValue, StreamUrl } = JSON.parse(response);
const session = {
  sessionId: SessionId,
  tokenValue: TokenValue,
  streamUrl: StreamUrl,
  resume: () => Promise.resolve({ tokenValue: '' }),
  classifyResumeError: () => 'gone',
  onState: (state) => {
    if (state.kind !== 'ended') return;
    if (state.end.kind === 'failed') console.error(state.end.error);
    process.exit(state.end.kind === 'failed' ? 1 : 0);
  },
};

if (/Port/.test(JSON.parse(request).DocumentName ?? '')) {
  openPortSession({
    ...session,
    side: async (_, { properties }) => ({
      kind: 'listener',
      listener: await listenLocally({
        kind: 'tcp',
        host: '127.0.0.1',
        port: Number(portProperty(properties, 'localPortNumber') ?? 0),
      }),
    }),
  });
} else {
  const { stdin, stdout } = process;
  const live = openSession({
    ...session,
    handshake: 'unknown',
    onOutput: (bytes) => {
      if (stdout.write(bytes)) return;
      live.pauseReading();
      stdout.once('drain', () => live.resumeReading());
    },
    onDrain: () => stdin.resume(),
  });
  stdin.on('data', (bytes) => {
    if (!live.write(bytes)) stdin.pause();
  });
  stdin.on('end', () => live.end());
}
