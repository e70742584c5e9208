import { fileURLToPath } from 'node:url';
import { crx } from '@crxjs/vite-plugin';
import { defineConfig } from 'vite';
import manifest from './manifest.config.ts';
import { workerFile } from './worker-file.ts';

export default defineConfig(({ mode }) => ({
  plugins: [crx({ manifest }), workerFile('src/background/index.ts', 'src/background/events.ts')],
  resolve: {
    alias: {
      'webextension-polyfill': fileURLToPath(new URL('native-browser.ts', import.meta.url)),
    },
  },
  build: {
    outDir: mode === 'demo' ? 'dist-demo' : 'dist',
    emptyOutDir: true,
    target: 'chrome120',
    // The polyfill fetches, which the pages' policy forbids; Chrome preloads modules by itself.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        activity: 'src/activity-page/index.html',
        fetched: 'src/fetched-page/index.html',
        preview: 'src/preview-page/index.html',
        guide: 'src/guide/index.html',
      },
    },
  },
}));
