import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

describe('NOTICES.md', () => {
  it('lists every package that runs, as locked (if not: npm run notices)', () => {
    const notices = readFileSync(join(root, 'NOTICES.md'), 'utf8');
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const unlisted = Object.keys(packages)
      .filter((path) => path !== '' && packages[path].dev !== true)
      .map((path) => `| ${path.split('node_modules/').at(-1) ?? ''} | ${packages[path].version} |`)
      .filter((row) => !notices.includes(row));
    expect(unlisted).toEqual([]);
  });

  it('lists what is built into the screens, though npm calls it a development package', () => {
    const notices = readFileSync(join(root, 'NOTICES.md'), 'utf8');
    for (const name of ['svelte', 'bits-ui', 'uplot', 'shiki', '@shikijs/core', 'electron'])
      expect(notices).toContain(`| ${name} | `);
    expect(notices).not.toContain('| vite | ');
  });

  it('has no package without a known licence', () => {
    expect(readFileSync(join(root, 'NOTICES.md'), 'utf8')).not.toContain('see the package');
  });
});
