import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** `fixture` builds the same window over the scripted host, for tests and for `npm run dev`. */
export default defineConfig(({ mode }) => {
  const fixture = mode === 'fixture';
  return {
    plugins: [svelte()],
    publicDir: false,
    // Tauri serves the files from its own root.
    base: './',
    build: {
      target: ['es2022', 'safari16'],
      outDir: fixture ? 'dist-fixture' : 'dist',
      emptyOutDir: true,
      modulePreload: false,
      // Nothing may become a data: address that the content security policy refuses.
      assetsInlineLimit: 0,
      rolldownOptions: { input: fixture ? 'fixture.html' : 'index.html' },
    },
  };
});
