/** The menu as data: what it says, its keys, and the address each entry of ours goes to. */
import type { MenuItemConstructorOptions } from 'electron';
import type { RoleName, ScreenName, ShellWords } from './words.ts';

export interface MenuSetup {
  readonly words: ShellWords;
  readonly platform: NodeJS.Platform;
  readonly go: (address: string) => void;
  /** Asks for a file first. */
  readonly importDataset: () => void;
}

type Item = MenuItemConstructorOptions;

const separator: Item = { type: 'separator' };

/** In the order of the window's own navigation. */
const screenAddresses: readonly (readonly [ScreenName, string])[] = [
  ['home', '/'],
  ['datasets', '/datasets'],
  ['models', '/models'],
  ['train', '/train'],
  ['runs', '/runs'],
  ['adapters', '/adapters'],
  ['chat', '/chat'],
  ['classify', '/classify'],
];

export function applicationMenu(setup: MenuSetup): Item[] {
  const { words, platform } = setup;
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [appMenu(setup)] : []),
    { label: words.file, submenu: fileMenu(setup, isMac) },
    { label: words.edit, submenu: roles(words, editRoles) },
    { label: words.go, submenu: goMenu(setup) },
    { label: words.view, submenu: roles(words, viewRoles) },
    { role: 'window', label: words.window, submenu: roles(words, isMac ? macWindowRoles : windowRoles) },
    { role: 'help', label: words.help, submenu: [to(setup, words.doctor, '/settings/doctor')] },
  ];
}

const editRoles = ['undo', 'redo', null, 'cut', 'copy', 'paste', 'pasteAndMatchStyle', 'selectAll'] as const;
const viewRoles = ['resetZoom', 'zoomIn', 'zoomOut', null, 'togglefullscreen', 'toggleDevTools'] as const;
const windowRoles = ['minimize', 'close'] as const;
const macWindowRoles = ['minimize', 'zoom', null, 'front'] as const;

function appMenu(setup: MenuSetup): Item {
  const { words } = setup;
  const submenu = [
    ...[...roles(words, ['about', null]), settings(setup), separator],
    ...roles(words, ['services', null, 'hide', 'hideOthers', 'unhide', null, 'quit']),
  ];
  return { label: 'Graft', submenu };
}

function fileMenu(setup: MenuSetup, isMac: boolean): Item[] {
  const { words, importDataset } = setup;
  return [
    to(setup, words.newChat, '/chat?new=1', 'CmdOrCtrl+N'),
    to(setup, words.newRun, '/train', 'CmdOrCtrl+T'),
    { label: words.importDataset, accelerator: 'CmdOrCtrl+O', click: () => importDataset() },
    separator,
    ...(isMac ? roles(words, ['close']) : [settings(setup), separator, ...roles(words, ['quit'])]),
  ];
}

function goMenu(setup: MenuSetup): Item[] {
  return screenAddresses.map(([name, address], index) =>
    to(setup, setup.words.screens[name], address, `CmdOrCtrl+${index + 1}`),
  );
}

function settings(setup: MenuSetup): Item {
  return to(setup, setup.words.settings, '/settings', 'CmdOrCtrl+,');
}

function to({ go }: MenuSetup, label: string, address: string, accelerator?: string): Item {
  return { id: address, label, click: () => go(address), ...(accelerator !== undefined && { accelerator }) };
}

/** null is a separator. */
function roles({ roles: labels }: ShellWords, names: readonly (RoleName | null)[]): Item[] {
  return names.map((role) => (role === null ? separator : { role, label: labels[role] }));
}
