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
        onLog(level, log, report) {
          // "use client" in the component kit speaks to servers; there is none here.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
  },
});
