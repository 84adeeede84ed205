import { join } from 'node:path';
import { defineConfig } from 'electron-vite';

const inRoot = (path: string): string => join(import.meta.dirname, path);

/**
 * Targets are those of the oldest Electron we run on (33: Node 20.18, Chromium 130). Only `dependencies` stay
 * outside the bundles: they are the native modules. Everything else is bundled, the AWS SDK as a chunk of its own
 * that is loaded at the first call.
 */
export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      outDir: 'out/main',
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: inRoot('src/main/index.ts'),
          'lab-process': inRoot('src/main/lab-process.ts'),
          'lab-worker': inRoot('src/main/lab-worker.ts'),
          'bytes-worker': inRoot('src/main/bytes-worker.ts'),
        },
        // The WebSocket library asks for these at run time and does without.
        external: ['bufferutil', 'utf-8-validate'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      outDir: 'out/preload',
      // A sandboxed preload script can load nothing but Electron: one file, CommonJS.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: inRoot('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      target: 'chrome130',
      minify: true,
      outDir: 'out/renderer',
      modulePreload: { polyfill: false },
      // A data: font or image would need a hole in the page's content security policy.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: inRoot('src/renderer/index.html'),
        output: { codeSplitting: { groups: [{ name: firstPaintChunk, debugName: 'first paint' }] } },
        onLog(level, log, report) {
          // "use client" in the component kit speaks to servers; there is none here.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
  },
});

interface ModuleGraph {
  getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null;
}

/** A third of the chunk, for values that could stand beside their schemas instead; types cost nothing. */
const isSchemaLibrary = (id: string): boolean => id.includes('/node_modules/zod/');

/**
 * One chunk for all that the first paint needs: each script of the page is a request that the main process serves, at
 * the moment when both are busiest.
 */
function firstPaintChunk(id: string, graph: ModuleGraph): string | null {
  const seen = new Set<string>();
  const pending = [id];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const info = graph.getModuleInfo(next);
    if (info === null) continue;
    if (info.isEntry) {
      if (isSchemaLibrary(id)) throw new Error(`The first paint would load the schema library: ${id}`);
      return 'first-paint';
    }
    pending.push(...info.importers);
  }
  return null;
}
