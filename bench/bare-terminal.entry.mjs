import { Terminal } from '@xterm/xterm';

/**
 * Bare xterm.js in the app's own window, fed from memory: the most that any way of bringing bytes to this terminal could
 * reach. Bundled by bench/bare-terminal.mjs and evaluated in the page.
 */

/** The same pieces and the same limit on what is under way as the app's own road to the terminal. */
const pieceBytes = 64 * 1024;
const outstandingBytes = 512 * 1024;

/**
 * Shows a terminal over the whole window, writes `block` again and again until `totalBytes` are parsed, takes it away.
 * Answers the milliseconds from the first write to the last parse.
 *
 * @param {{ block: string, totalBytes: number, options: object }} work `block` is Latin-1 text
 */
export async function runBareTerminal({ block, totalBytes, options }) {
  const source = Uint8Array.from(block, (character) => character.charCodeAt(0));
  const host = document.createElement('div');
  host.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#000';
  document.body.append(host);
  const terminal = new Terminal(options);
  try {
    terminal.open(host);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const started = performance.now();
    await new Promise((resolve) => {
      let written = 0;
      let parsed = 0;
      const feed = () => {
        while (written < totalBytes && written - parsed < outstandingBytes) {
          const at = written % source.length;
          const size = Math.min(pieceBytes, source.length - at, totalBytes - written);
          written += size;
          terminal.write(source.slice(at, at + size), () => {
            parsed += size;
            if (parsed === totalBytes) resolve();
            else feed();
          });
        }
      };
      feed();
    });
    return performance.now() - started;
  } finally {
    terminal.dispose();
    host.remove();
  }
}
