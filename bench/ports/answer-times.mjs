import { startClient } from './client-process.mjs';
import { openHolder } from './session-holder.mjs';

const patienceMs = 30_000;
/** Keystrokes before the ones that count, while code is still being compiled. */
const warmUpKeys = 30;
/** One key in so many ms on average, so that no key meets the answer of the one before. */
const keyPauseMs = 12;

/**
 * From StartSession's answer, when the client is started, to the first prompt on its standard output.
 *
 * @param {import('./client-process.mjs').Client} client
 */
export async function timeToPrompt(farSide, client) {
  const session = await farSide.start({ kind: 'shell' });
  const running = startClient(client, session);
  try {
    const at = await promptOf(running);
    return { milliseconds: at - running.startedAt };
  } finally {
    await running.end();
  }
}

/**
 * The same for a process of ours that runs already, up to the first output: of its first session, and of the one after, as
 * the process of an app is that is kept open all day.
 */
export async function timesToPromptWithin(farSide, holderProgram) {
  const holder = await openHolder(holderProgram);
  try {
    const first = await farSide.start({ kind: 'shell' });
    const firstTime = await holder.ask('prompt', first.response);
    const next = await farSide.start({ kind: 'shell' });
    const { milliseconds } = await holder.ask('prompt', next.response);
    return { ...firstTime, nextMilliseconds: milliseconds };
  } finally {
    holder.close();
  }
}

/**
 * Keys one at a time into the client's standard input, each timed until it is back on standard output.
 *
 * @param {import('./client-process.mjs').Client} client
 */
export async function echoTimes(farSide, client, keys) {
  const session = await farSide.start({ kind: 'shell' });
  const running = startClient(client, session);
  try {
    await promptOf(running);
    const times = [];
    for (let count = -warmUpKeys; count < keys; count += 1) {
      const took = await within(running, pressKey(running));
      if (count >= 0) times.push(took);
      await new Promise((resolve) => setTimeout(resolve, keyPauseMs * (0.5 + Math.random())));
    }
    return times;
  } finally {
    await running.end();
  }
}

function pressKey({ stdin, stdout }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const look = (chunk) => {
      if (!chunk.includes('x')) return;
      stdout.off('data', look);
      resolve(performance.now() - startedAt);
    };
    stdout.on('data', look);
    stdin.write('x');
  });
}

/** When the prompt came, on the clock of `performance`: what a client says of itself before does not look like one. */
function promptOf(running) {
  let text = '';
  const prompted = new Promise((resolve) => {
    const look = (chunk) => {
      const at = performance.now();
      text += chunk.toString('latin1');
      if (!/[$#] $/.test(text)) return;
      running.stdout.off('data', look);
      resolve(at);
    };
    running.stdout.on('data', look);
  });
  return within(running, prompted);
}

async function within(running, answer) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('The client does not answer.')), patienceMs);
  });
  try {
    return await Promise.race([running.failed, answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
