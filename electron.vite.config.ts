/**
 * How the three runtimes are built.  Builds without Electron's binary.
 *
 * out/main.js, out/cli.js   ECMAScript modules for Node; packages with files of their own stay in node_modules
 * out/preload.cjs           one self-contained CommonJS file, as a sandboxed preload must be
 * out/renderer/             the page
 */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      // The command line runs on Node 20 too, not only on the Node inside Electron.
      target: 'node20',
      // As one file and without what is not used they take half the time to load: the other half was looking for 200 files.
      externalizeDeps: {
        exclude: [
          '@balena/dockerignore',
          '@orpc/client',
          '@orpc/contract',
          '@orpc/server',
          'tar-stream',
          'ws',
          'yaml',
          'zod',
        ],
      },
      sourcemap: true,
      rolldownOptions: {
        input: { main: 'electron/main.ts', cli: 'electron/cli.ts' },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: 'electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    // Relative addresses: the page lives under app:// and under a secret path of `serve`.
    base: './',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      // Left off by electron-vite: what is read before the first picture is held to a budget (e2e/specs/budget.spec.ts).
      minify: true,
      sourcemap: true,
      // Everything as a file: the content security policy allows no data: scripts or fonts.
      assetsInlineLimit: 0,
      // Sizes are held by the budget's test, which counts what is read and not the largest file.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        input: 'renderer/index.html',
        // What several screens use is one file: a hundred small ones, six at a time, were a third of the time to the first picture.
        output: { codeSplitting: { groups: [{ name: 'common', minShareCount: 2 }] } },
      },
    },
  },
});
