/** What differs between a browser tab and the Electron window: files, notifications, progress outside the window. */
import type { FileSource, FileTarget, WrittenFile } from '../../main/contract/procedures/procedure.ts';

export interface PickedFile {
  readonly name: string;
  readonly source: FileSource;
}

export interface PickOptions {
  /** Endings such as `.csv`; empty for any. */
  readonly accept?: readonly string[];
  readonly multiple?: boolean;
  /** Told while a browser uploads. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
  /**
   * Of a dropped file, before it is sent: whether it is worth it. `head`: its first bytes. Folders are not asked for.
   */
  readonly accepts?: (name: string, head: Uint8Array) => boolean;
}

/** `default`: nobody was asked yet. */
export type NotificationPermissionState = NotificationPermission | 'unsupported';

export interface ToldOutside {
  readonly title: string;
  readonly body: string;
  /** Several windows that tell the same tell it once. */
  readonly tag: string;
  readonly onopen: () => void;
}

export interface Platform {
  readonly kind: 'browser' | 'electron';
  /** Empty when the person chose none. */
  pickFiles(options?: PickOptions): Promise<readonly PickedFile[]>;
  pickFolder(options?: PickOptions): Promise<PickedFile | undefined>;
  /** Files and folders dropped on the window. */
  dropped(transfer: DataTransfer, options?: PickOptions): Promise<readonly PickedFile[]>;
  /** What was handed over is of no use after all. */
  forget(picked: PickedFile): Promise<void>;
  /** Where to write a file that a task makes; undefined when the person changed their mind. */
  saveTarget(fileName: string): Promise<FileTarget | undefined>;
  /** Hands a written file to the person: a browser downloads it. */
  deliver(written: WrittenFile): void;
  /** A text that the window made itself. */
  saveText(fileName: string, text: string): Promise<void>;
  copy(text: string): Promise<void>;
  /** Where the window is not in front and it may. A click on it brings the window forward and calls `onopen`. */
  notify(told: ToldOutside): void;
  /** Calls with what it is, then with every change; returns how to stop. */
  watchNotifications(onChange: (permission: NotificationPermissionState) => void): () => void;
  /** Only when a person has just clicked. */
  askForNotifications(): Promise<NotificationPermissionState>;
  /** In dock or taskbar and title: 0–1, null for none. */
  showProgress(share: number | null): void;
}
