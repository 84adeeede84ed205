import { pathToFileURL } from 'node:url';
import { measureRate } from './transfer.mjs';

/**
 * The same far side against the bare loop, which runs in this process: the ceiling of what the far side lets through.
 */
export async function openBare(program, farSide) {
  const { BareLoop } = await import(pathToFileURL(program).href);

  async function rate(spec, direction, seconds) {
    const { response } = await farSide.start(spec);
    const loop = await BareLoop.open(response.StreamUrl, response.TokenValue, direction);
    try {
      const bytes = direction === 'up' ? () => farSide.received(response.SessionId) : () => loop.bytes;
      return await measureRate({
        pid: process.pid,
        farPid: farSide.pid,
        bytes,
        failed: new Promise(() => {}),
        seconds,
      });
    } finally {
      loop.close();
    }
  }

  return {
    download: (seconds) => rate({ kind: 'port', localPort: 0 }, 'down', seconds),
    upload: (seconds) => rate({ kind: 'port', localPort: 0 }, 'up', seconds),
    flood: (seconds) => rate({ kind: 'shell' }, 'flood', seconds),
    /** Milliseconds from StartSession's answer to the first output, and how much of it the far side took from the open. */
    async firstOutput() {
      const { response } = await farSide.start({ kind: 'shell' });
      const startedAt = performance.now();
      const loop = await BareLoop.open(response.StreamUrl, response.TokenValue, 'prompt');
      loop.close();
      return { totalMs: loop.firstOutputAt - startedAt, farMs: loop.firstOutputAt - loop.openedAt };
    },
  };
}
