import { join } from 'node:path';
import { build } from 'vite';

/**
 * The bare terminal as one script that leaves `bareTerminal.runBareTerminal` in the page. It goes in through the DevTools
 * protocol, since the page's content policy rightly refuses added scripts.
 */
export async function bundleBareTerminal() {
  const answer = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'chrome130',
      lib: {
        entry: join(import.meta.dirname, 'bare-terminal.entry.mjs'),
        name: 'bareTerminal',
        formats: ['iife'],
      },
    },
  });
  const [{ output }] = Array.isArray(answer) ? answer : [answer];
  const { code } = output[0];
  return `${code}\n;globalThis.bareTerminal = bareTerminal;`;
}
