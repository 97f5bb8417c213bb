/**
 * Of the icons' package the icons that the screens name: its index brings all of them, and each is a component that
 * would be compiled and loaded for tests that draw a few dozen. A build leaves the others out by itself.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const root = join(import.meta.dirname, '..', '..', '..');
const index = join(root, 'node_modules', '@lucide', 'svelte', 'dist', 'icons', 'index.js');
const imports = /import \{([^}]*)\} from '@lucide\/svelte'/g;

export function usedIcons(): Plugin {
  const id = '\0used-icons';
  return {
    name: 'used-icons',
    enforce: 'pre',
    resolveId: (source) => (source === '@lucide/svelte' ? id : undefined),
    load: (asked) => (asked === id ? exportsOf([...namesIn('renderer'), ...namesIn('tests/renderer')]) : undefined),
  };
}

function namesIn(folder: string): readonly string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(svelte|ts)$/.test(file))
    .flatMap((file) => [...readFileSync(join(root, folder, file), 'utf8').matchAll(imports)])
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim().split(' as ')[0] ?? ''))
    .filter((name) => name !== '' && !name.startsWith('type '));
}

function exportsOf(names: readonly string[]): string {
  const text = readFileSync(index, 'utf8');
  const files = new Map(
    [...text.matchAll(/default as (\w+) \} from '\.\/([\w-]+)\./g)].map(([, name, file]) => [name, file]),
  );
  return [...new Set(names)]
    .map((name) => {
      const file = files.get(name);
      if (file === undefined) throw new Error(`@lucide/svelte has no icon ${name} of that name of its own`);
      return `export { default as ${name} } from '@lucide/svelte/icons/${file}';`;
    })
    .join('\n');
}
