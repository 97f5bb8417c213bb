/**
 * What the Electron shell hands to its window beside the procedures: the few things a browser tab does by itself. The
 * preload script implements it; both sides share the names of the channels.
 */
export interface ShellBridge {
  /** Asks for a new connection; a message `shellPortMessage` with the MessagePort follows on `window`. */
  connect(): void;
  /** Absolute paths; empty when the person chose none. */
  pickFiles(options: { readonly accept: readonly string[]; readonly multiple: boolean }): Promise<readonly string[]>;
  pickFolder(): Promise<string | undefined>;
  /** Where to write; undefined when the person changed their mind. */
  saveTarget(fileName: string): Promise<string | undefined>;
  saveText(fileName: string, text: string): Promise<void>;
  copy(text: string): Promise<void>;
  /** The path of a file that was dropped or chosen. */
  pathOf(file: File): string;
  /** Addresses that the menu or a deep link asks for, such as `/runs/…`. Returns how to stop. */
  onNavigate(listener: (address: string) => void): () => void;
}

export const shellPortMessage = 'graft:port';

export const shellChannels = {
  connect: 'graft:connect',
  pickFiles: 'graft:pick-files',
  pickFolder: 'graft:pick-folder',
  saveTarget: 'graft:save-target',
  saveText: 'graft:save-text',
  copy: 'graft:copy',
  navigate: 'graft:navigate',
} as const;
