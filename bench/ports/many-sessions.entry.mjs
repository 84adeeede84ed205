import { openSession } from '../../src/ssm/node/open-session.ts';

/**
 * Holds as many sessions as the parent sends, all in this one process, as the app does, and reports what that costs. Each
 * types a key now and then; what the far side prints is counted and let go.
 */
const keyEveryMs = 100;

let bytes = 0;
let onFirstOutput = () => {};
let openedAt = 0;
const sessions = [];

function open({ SessionId, TokenValue, StreamUrl }) {
  let typing;
  const live = openSession({
    sessionId: SessionId,
    tokenValue: TokenValue,
    streamUrl: StreamUrl,
    handshake: 'none',
    size: { cols: 80, rows: 24 },
    resume: () => Promise.resolve({ tokenValue: '' }),
    classifyResumeError: () => 'gone',
    onOutput: (chunk) => {
      onFirstOutput();
      bytes += chunk.length;
    },
    onDrain: () => {},
    onState: ({ kind }) => {
      if (kind === 'live') openedAt = performance.now();
      if (kind === 'live') typing = setInterval(() => live.write(Buffer.from('x')), keyEveryMs);
      else clearInterval(typing);
    },
  });
  sessions.push(live);
}

process.on('message', ({ ask, value }) => {
  if (ask === 'prompt') {
    for (const session of sessions.splice(0)) session.end();
    const startedAt = performance.now();
    onFirstOutput = () => {
      onFirstOutput = () => {};
      const now = performance.now();
      process.send({ milliseconds: now - startedAt, farWait: now - openedAt });
    };
    open(value);
    return;
  }
  if (ask === 'open') value.forEach(open);
  if (ask === 'end') for (const session of sessions.splice(0)) session.end();
  if (ask === 'look') globalThis.gc();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send({
    at: performance.now(),
    cpuSeconds: (user + system) / 1e6,
    rss,
    used: heapUsed + external,
    bytes,
  });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
