/** `npx vite renderer/harness --config renderer/harness/vite.config.ts`: the page over a made-up core. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  build: { outDir: fileURLToPath(new URL('../../node_modules/.cache/harness', import.meta.url)), emptyOutDir: true },
});
