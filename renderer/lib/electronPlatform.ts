/**
 * The Electron window: files are paths, dialogs are native; progress and notifications are the shell's own business.
 */
import type { ShellBridge } from '../../main/contract/shell.ts';
import type { PickedFile, Platform } from './platform.ts';

export function electronPlatform(shell: ShellBridge): Platform {
  return {
    kind: 'electron',
    async pickFiles({ accept = [], multiple = false } = {}) {
      return (await shell.pickFiles({ accept, multiple })).map(asPicked);
    },
    async pickFolder() {
      const path = await shell.pickFolder();
      return path === undefined ? undefined : asPicked(path);
    },
    async dropped(transfer) {
      return [...transfer.files].map((file) => asPicked(shell.pathOf(file)));
    },
    async forget() {
      // It lies where it lay.
    },
    async saveTarget(fileName) {
      const path = await shell.saveTarget(fileName);
      return path === undefined ? undefined : { path };
    },
    deliver() {
      // It lies where the person wanted it.
    },
    saveText: async (fileName, text) => shell.saveText(fileName, text),
    copy: async (text) => shell.copy(text),
    notify() {
      // The shell tells the end of a run also while no window is open.
    },
    watchNotifications(onChange) {
      onChange('granted'); // the system's own settings are not told to us
      return () => undefined;
    },
    askForNotifications: async () => 'granted',
    showProgress() {
      // Likewise.
    },
  };
}

function asPicked(path: string): PickedFile {
  return { name: path.split(/[/\\]/).findLast((part) => part !== '') ?? path, source: { path } };
}
