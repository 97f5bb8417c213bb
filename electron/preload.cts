/**
 * The only code with a foot on both sides: sandboxed, it exposes ShellBridge and passes the MessagePort on. CommonJS
 * and without imports of ours, because a sandboxed preload can require nothing but electron; names are those of
 * contract/shell.ts.
 */
const { contextBridge, ipcRenderer, webUtils } = require('electron') as typeof import('electron');
import type { ShellBridge } from '../main/contract/shell.ts';

ipcRenderer.on('graft:port', ({ ports }) => window.postMessage('graft:port', location.origin, [...ports]));

const bridge: ShellBridge = {
  connect: () => ipcRenderer.send('graft:connect'),
  pickFiles: async (options) => (await ipcRenderer.invoke('graft:pick-files', options)) as readonly string[],
  pickFolder: async () => (await ipcRenderer.invoke('graft:pick-folder')) as string | undefined,
  saveTarget: async (fileName) => (await ipcRenderer.invoke('graft:save-target', fileName)) as string | undefined,
  saveText: async (fileName, text) => {
    await ipcRenderer.invoke('graft:save-text', fileName, text);
  },
  copy: async (text) => {
    await ipcRenderer.invoke('graft:copy', text);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
  onNavigate: (listener) => {
    const onMessage = (_: unknown, address: string): void => listener(address);
    ipcRenderer.on('graft:navigate', onMessage);
    return () => ipcRenderer.off('graft:navigate', onMessage);
  },
};

contextBridge.exposeInMainWorld('graftShell', bridge);
