/** The menu as data: what it says, its keys, and the address each entry of ours goes to. */
import type { MenuItemConstructorOptions } from 'electron';
import type { ShellWords } from './words.ts';

interface MenuSetup {
  readonly words: ShellWords;
  readonly platform: NodeJS.Platform;
  readonly go: (address: string) => void;
}

export function applicationMenu({ words, platform, go }: MenuSetup): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const to = (label: string, address: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => go(address),
    ...(accelerator !== undefined && { accelerator }),
  });
  const settings = to(words.settings, '/settings', 'CmdOrCtrl+,');
  const { screens } = words;
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'quit' },
    ],
  };
  return [
    ...(isMac ? [appMenu] : []),
    {
      label: words.file,
      submenu: [
        to(words.newChat, '/chat?new=1', 'CmdOrCtrl+N'),
        to(words.train, '/train', 'CmdOrCtrl+T'),
        to(words.importDataset, '/datasets?import=choose', 'CmdOrCtrl+I'),
        { type: 'separator' },
        ...(isMac ? [{ role: 'close' as const }] : [settings, { type: 'separator' as const }, { role: 'quit' as const }]),
      ],
    },
    { role: 'editMenu', label: words.edit },
    {
      label: words.go,
      submenu: (['home', 'datasets', 'models', 'runs', 'adapters', 'chat'] as const).map((name, index) =>
        to(screens[name], name === 'home' ? '/' : `/${name}`, `CmdOrCtrl+${index + 1}`),
      ),
    },
    {
      label: words.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu', label: words.window },
    { role: 'help', label: words.help, submenu: [to(words.doctor, '/settings/doctor')] },
  ];
}
