/**
 * Builds the renderer into plain files that a strict Content-Security-Policy takes: no inline script, no inlined asset.
 * `npm start` builds when something changed; packaging takes the same output.
 */
import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** KaTeX names each font in three formats; every browser that the screens run in takes the smallest. */
function woffTwoAlone(): Plugin {
  return {
    name: 'woff2-alone',
    enforce: 'pre',
    transform(code, id) {
      return /katex.*\.css/.test(id)
        ? code.replaceAll(/,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '')
        : undefined;
    },
  };
}

// Vite wants a default export; it is the one exception beside .svelte files.
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [woffTwoAlone(), svelte({ configFile: false, compilerOptions: { runes: true } }), tailwindcss()],
  build: {
    outDir: resolve(import.meta.dirname, '../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
