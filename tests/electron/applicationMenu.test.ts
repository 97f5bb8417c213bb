import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { applicationMenu } from '../../electron/applicationMenu.ts';
import { shellWords } from '../../electron/words.ts';
import { matchPath } from '../../renderer/lib/Router.svelte.ts';

type Item = MenuItemConstructorOptions;

/** What Electron gives these roles by itself; a Mac has ⌥⌘I where the others have Ctrl+Shift+I. */
const roleKeys: Readonly<Record<string, string>> = {
  ...{ undo: 'CmdOrCtrl+Z', redo: 'Shift+CmdOrCtrl+Z', cut: 'CmdOrCtrl+X', copy: 'CmdOrCtrl+C', paste: 'CmdOrCtrl+V' },
  ...{
    pasteAndMatchStyle: 'Shift+CmdOrCtrl+V',
    selectAll: 'CmdOrCtrl+A',
    resetZoom: 'CmdOrCtrl+0',
    zoomIn: 'CmdOrCtrl+Plus',
  },
  ...{ zoomOut: 'CmdOrCtrl+-', togglefullscreen: 'F11', toggleDevTools: 'Shift+CmdOrCtrl+I', minimize: 'CmdOrCtrl+M' },
  ...{ close: 'CmdOrCtrl+W', hide: 'Cmd+H', hideOthers: 'Cmd+Alt+H', quit: 'CmdOrCtrl+Q' },
};

function itemsOf(platform: NodeJS.Platform, language: 'en' | 'ja', gone: string[] = []): readonly Item[] {
  const words = shellWords(language, 'en');
  const menu = applicationMenu({
    words,
    platform,
    go: (address) => gone.push(address),
    importDataset: () => gone.push('import'),
  });
  return menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? item.submenu : [])]);
}

const click = (item: Item): void => (item.click as (() => void) | undefined)?.();

describe.each(['linux', 'win32', 'darwin'] as const)('the menu on %s', (platform) => {
  it('has every key once (a key that does one of two things)', () => {
    const keys = itemsOf(platform, 'en').flatMap(
      ({ accelerator, role }) => accelerator ?? (role && roleKeys[role]) ?? [],
    );
    expect(keys.length).toBeGreaterThan(15);
    expect([...new Set(keys)]).toEqual(keys);
    expect(keys).not.toContain('CmdOrCtrl+K'); // the palette's, in the window
  });

  it('leads to screens alone', () => {
    const registry = readFileSync(join(import.meta.dirname, '..', '..', 'renderer', 'screens', 'registry.ts'), 'utf8');
    const paths = [...registry.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path);
    const gone: string[] = [];
    itemsOf(platform, 'en', gone).forEach(click);
    expect(gone).toContain('import');
    for (const address of gone.filter((each) => each !== 'import')) {
      const { pathname } = new URL(address, 'app://graft');
      expect(paths.some((path) => matchPath(path, pathname) !== undefined)).toBe(true);
    }
    expect(gone).toEqual(
      expect.arrayContaining(['/', '/datasets', '/models', '/train', '/runs', '/adapters', '/chat', '/settings']),
    );
  });

  it('can be quit, and closed where an app lives without a window', () => {
    const roles = itemsOf(platform, 'en').map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['quit', 'close', 'copy', 'paste', 'togglefullscreen']));
  });

  it('is in one language throughout: Electron names its own entries in English', () => {
    const visible = itemsOf(platform, 'ja').filter(({ type }) => type !== 'separator');
    for (const { label } of visible) expect(label).toMatch(/[぀-ヿ一-鿿]|^Graft$/u);
  });
});

it('follows the system where the person chose no language', () => {
  expect(shellWords('system', 'ja-JP').file).toBe('ファイル');
  expect(shellWords('system', 'de').file).toBe('File');
  expect(shellWords('en', 'ja').file).toBe('File');
});
