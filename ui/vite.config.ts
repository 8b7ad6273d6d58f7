import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => {
  // `--mode http` is the window in a browser, before a program behind HTTP: for tests, never shipped.
  const http = mode === 'http';
  const program = process.env['HOSO_UIHOST'] ?? 'http://127.0.0.1:7411';
  return {
    plugins: [svelte()],
    // Components are mounted in the tests, so Svelte's browser build is wanted there too.
    resolve: mode === 'test' ? { conditions: ['browser'] } : {},
    build: {
      // The oldest engine we run in: WebKitGTK 2.40 of Debian 12, WebView2 evergreen, Safari 16.4.
      target: ['safari16.4', 'chrome110'],
      // Everything is a file of our own origin: the content security policy allows nothing else.
      assetsInlineLimit: 0,
      // Screens load when they are opened; their styles are small and come with the start, so that none is seen without.
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      outDir: http ? 'dist-http' : 'dist',
      rollupOptions: { input: http ? 'http.html' : 'index.html' },
    },
    server: {
      port: 5173,
      strictPort: true,
      host: '127.0.0.1',
      ...(http ? { proxy: { '/call': program, '/notices': program, '/page': program }, open: false } : {}),
    },
    clearScreen: false,
    test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'], setupFiles: ['tests/screens.ts'] },
  };
});
