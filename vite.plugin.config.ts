import { defineConfig } from 'vite';

/**
 * The drop-in for the official plugin, `out/plugin/plugin.cjs`: one file that opens the session, since each further one costs
 * time before the first byte, and the SDK in files of its own, loaded when it is needed. CommonJS, because Node then starts
 * without its module loader for the other kind, and because its compiled form can be kept (`bin/session-manager-plugin`).
 */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20.18',
    outDir: 'out/plugin',
    minify: false,
    rollupOptions: {
      input: { plugin: 'src/cli/plugin/main.ts' },
      external: ['bufferutil', 'utf-8-validate'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
    },
  },
  ssr: { noExternal: true },
});
