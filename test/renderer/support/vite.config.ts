import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = join(import.meta.dirname, '../../..');

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: join(root, 'node_modules/.vite-fake-door'),
  server: { port: 5199, strictPort: true, host: '127.0.0.1', fs: { allow: [root] }, hmr: false },
  optimizeDeps: { include: ['react', 'react-dom/client', 'lucide-react', 'radix-ui', '@xterm/xterm'] },
});
