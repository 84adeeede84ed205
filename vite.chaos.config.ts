import { defineConfig } from 'vite';

/** The chaos run and its far end as plain Node programs, `out/chaos/main.js` and `out/chaos/far-end.js`. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: 'out/chaos',
    minify: false,
    rollupOptions: {
      input: { main: 'chaos/main.ts', 'far-end': 'chaos/far-end.ts' },
      external: ['bufferutil', 'utf-8-validate'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true },
});
