/**
 * The one window: opened where it was, on the address it had, and again after it was closed or its page has crashed. It
 * is never asked to load anything but our own pages.
 */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { shellChannels } from '../main/contract/shell.ts';
import { shellOrigin } from './origin.ts';
import { placeFor, readBounds, writeBounds } from './windowBounds.ts';

export interface StudioWindowSetup {
  readonly address: string;
  readonly preloadFile: string;
  readonly iconFile: string;
  readonly boundsFile: string;
  /** May hold it back. */
  readonly onClose: (event: { preventDefault(): void }) => void;
  /** The person's session ends, where Windows tells windows alone. */
  readonly onSessionEnd: () => void;
  readonly onFailure: (error: unknown) => void;
}

const smallest = { minWidth: 900, minHeight: 600 };
/** A page that crashes again sooner than this is not loaded again by itself. */
const restMs = 10_000;

export class StudioWindow {
  readonly #setup: StudioWindowSetup;
  #address: string;
  #window: BrowserWindow | undefined;
  #crashedAtMs = -Infinity;

  constructor(setup: StudioWindowSetup) {
    this.#setup = setup;
    this.#address = setup.address;
  }

  /** undefined while it is closed. */
  get opened(): BrowserWindow | undefined {
    return this.#window;
  }

  /** To the front, opened if need be, at `address` or where it was. */
  show(address?: string): void {
    this.#address = address ?? this.#address;
    if (this.#window === undefined) {
      this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
    if (address !== undefined) this.#go(this.#window, address);
  }

  async saveBounds(): Promise<void> {
    const window = this.#window;
    if (window === undefined) return;
    await writeBounds(this.#setup.boundsFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() });
  }

  #open(): void {
    const { preloadFile, iconFile, boundsFile } = this.#setup;
    const kept = readBounds(boundsFile);
    const window = new BrowserWindow({
      ...smallest,
      ...placeFor(kept, displaysPrimaryFirst()),
      ...{ show: false, title: 'Graft', icon: iconFile },
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#151816' : '#fafaf7',
      webPreferences: {
        preload: preloadFile,
        ...{
          sandbox: true,
          contextIsolation: true,
          nodeIntegration: false,
          webviewTag: false,
          navigateOnDragDrop: false,
        },
        spellcheck: process.platform === 'darwin', // elsewhere dictionaries would be fetched from the network
      },
    });
    if (kept?.isMaximized === true) window.maximize();
    this.#window = window;
    this.#listen(window);
    this.#load(window);
  }

  #listen(window: BrowserWindow): void {
    const { onClose, onSessionEnd, onFailure } = this.#setup;
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => {
      this.#address = addressOf(window.webContents.getURL()) ?? this.#address;
      this.saveBounds().catch(onFailure);
      onClose(event);
    });
    window.on('closed', () => (this.#window = undefined));
    window.on('session-end', onSessionEnd);
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') this.#recover(window, reason);
    });
  }

  #recover(window: BrowserWindow, reason: string): void {
    const nowMs = performance.now();
    const isFirst = nowMs - this.#crashedAtMs > restMs;
    this.#crashedAtMs = nowMs;
    if (isFirst) window.webContents.reload();
    else this.#setup.onFailure(new Error(`The page of the window has ended (${reason}).`));
  }

  /** A page that still loads would not hear of it. */
  #go(window: BrowserWindow, address: string): void {
    if (window.webContents.isLoadingMainFrame()) this.#load(window);
    else window.webContents.send(shellChannels.navigate, address);
  }

  #load(window: BrowserWindow): void {
    window.loadURL(`${shellOrigin}${this.#address}`).catch((error: unknown) => {
      if (!isReplaced(error)) this.#setup.onFailure(error);
    });
  }
}

function displaysPrimaryFirst(): readonly Electron.Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

/** The address inside the studio of a page of ours. */
function addressOf(url: string): string | undefined {
  if (!url.startsWith(`${shellOrigin}/`)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Another load has taken its place. */
function isReplaced(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED';
}
