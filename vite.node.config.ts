import { defineConfig } from 'vite';

/** The lab and the CLI as plain Node programs, `out/node/lab.js` and `out/node/cli.js`. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: 'out/node',
    minify: false,
    rollupOptions: {
      input: { lab: 'src/lab/main.ts', cli: 'src/cli/main.ts' },
      external: ['node-pty', '@photostructure/sqlite', 'bufferutil', 'utf-8-validate'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['node-pty', '@photostructure/sqlite'] },
});
