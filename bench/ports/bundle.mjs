import { join } from 'node:path';
import { build } from 'vite';
import { root } from '../../scripts/paths.mjs';

const outDir = join(root, 'out', 'bench');
const entries = ['far-side', 'bare-loop', 'many-sessions'];

/**
 * The bench's own programs as plain Node programs, since they share the frame codecs with the client, which are TypeScript.
 * Answers where they are, by name.
 */
export async function bundle() {
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      ssr: true,
      target: 'node20.18',
      outDir,
      minify: false,
      rollupOptions: {
        input: Object.fromEntries(
          entries.map((name) => [name, join(import.meta.dirname, `${name}.entry.mjs`)]),
        ),
        external: ['bufferutil', 'utf-8-validate'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
    ssr: { noExternal: true },
  });
  return Object.fromEntries(entries.map((name) => [name, join(outDir, `${name}.js`)]));
}
