/**
 * The studio on a desktop: its window, menu, theme and the watch on training, which all follow the person's preferences
 * and the studio that is open. What decides is in the modules beside this one; here they meet.
 */
import { join } from 'node:path';
import {
  app,
  clipboard,
  dialog,
  type IpcMainEvent,
  ipcMain,
  Menu,
  nativeTheme,
  type OpenDialogOptions,
  powerMonitor,
} from 'electron';
import type { Studio } from '../main/contract/services.ts';
import type { HostContext } from '../main/hosts/procedures/HostContext.ts';
import type { StudioHolder } from '../main/hosts/StudioHolder.ts';
import { applicationMenu } from './applicationMenu.ts';
import { type BridgeCalls, serveBridge } from './bridge.ts';
import { ElectronDesktop } from './ElectronDesktop.ts';
import { electronFiles } from './electronFiles.ts';
import { QuitGuard } from './quitGuard.ts';
import { reportFailure } from './reportFailure.ts';
import { RunWatch } from './RunWatch.ts';
import { StudioWindow } from './StudioWindow.ts';
import { WindowPorts } from './WindowPorts.ts';
import { shellWords, type ShellWords } from './words.ts';

export interface ShellSetup {
  readonly holder: StudioHolder;
  readonly address: string;
  readonly preloadFile: string;
  readonly iconFile: string;
}

const progressEveryMs = 2_000;

export class Shell {
  readonly #holder: StudioHolder;
  readonly #window: StudioWindow;
  readonly #desktop: ElectronDesktop;
  readonly #guard: QuitGuard;
  #words: ShellWords = shellWords('system', app.getLocale());
  #attending = new AbortController();
  #watch: RunWatch | undefined;

  constructor({ holder, address, preloadFile, iconFile }: ShellSetup) {
    this.#holder = holder;
    this.#guard = new QuitGuard({
      isTraining: () => this.#isTraining(),
      ask: async () => this.#askToQuit(),
      close: async () => this.#close(),
      exit: () => app.exit(),
      onFailure: reportFailure,
    });
    this.#window = new StudioWindow({
      ...{ address, preloadFile, iconFile, boundsFile: join(app.getPath('userData'), 'window.json') },
      // Elsewhere than on a Mac there is no app without its window: closing it is quitting, asked while it is still
      // there.
      onClose: (event) => process.platform !== 'darwin' && void this.#guard.onQuit(event),
      onSessionEnd: () => void this.#guard.onShutdown(),
      onFailure: reportFailure,
    });
    this.#desktop = new ElectronDesktop(this.#window);
  }

  start(): void {
    const ports = new WindowPorts(this.#context());
    this.#holder.onExchanged(async () => ports.endAll());
    serveBridge(
      ipcMain,
      this.#bridgeCalls((event) => ports.connect(event)),
    );
    app.on('before-quit', (event) => void this.#guard.onQuit(event));
    app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
    powerMonitor.on('on-battery', () => this.#withWatch((watch) => watch.powerChanged()));
    powerMonitor.on('on-ac', () => this.#withWatch((watch) => watch.powerChanged()));
    // Electron's types leave out the event that its documentation has.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => void this.#guard.onShutdown(event));
    this.#attend();
    this.#window.show();
  }

  /** To the front, and to an address of the studio where one is given. */
  show(address?: string): void {
    this.#window.show(address);
  }

  /** Follows the studio that is open now, until it is exchanged. */
  #attend(): void {
    this.#attending.abort();
    const studio = this.#studio();
    if (studio === undefined) return;
    const stop = new AbortController();
    this.#attending = stop;
    this.#watch = new RunWatch({ studio, desktop: this.#desktop, words: () => this.#words });
    this.#applyPreferences(studio);
    this.#withWatch((watch) => watch.look());
    const timer = setInterval(() => this.#withWatch((watch) => watch.look()), progressEveryMs);
    stop.signal.addEventListener('abort', () => {
      clearInterval(timer);
      this.#watch?.end();
      this.#watch = undefined;
    });
    this.#followChanges(studio, stop.signal).catch(reportFailure);
  }

  async #followChanges(studio: Studio, signal: AbortSignal): Promise<void> {
    for await (const { topics } of studio.changes.watch(signal)) {
      if (signal.aborted) return;
      if (topics.includes('preferences')) this.#applyPreferences(studio);
      if (topics.includes('runs') || topics.includes('preferences')) this.#withWatch((watch) => watch.look());
    }
  }

  #applyPreferences({ preferences }: Studio): void {
    const { theme, language } = preferences.get();
    const words = shellWords(language, app.getLocale());
    const isMenuOld = words !== this.#words || Menu.getApplicationMenu() === null;
    this.#words = words;
    nativeTheme.themeSource = theme;
    if (!isMenuOld) return;
    const go = (address: string): void => this.show(address);
    const importDataset = (): void => void this.#importDataset().catch(reportFailure);
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(applicationMenu({ words, platform: process.platform, go, importDataset })),
    );
  }

  /** What fails here is tried again with the next change, and must end nothing. */
  #withWatch(work: (watch: RunWatch) => void): void {
    try {
      if (this.#watch !== undefined) work(this.#watch);
    } catch (error) {
      reportFailure(error);
    }
  }

  async #importDataset(): Promise<void> {
    const { canceled, filePaths } = await this.#openDialog({ properties: ['openFile', 'multiSelections'] });
    if (canceled) return;
    const query = new URLSearchParams(filePaths.map((path) => ['import', `path:${path}`]));
    this.show(`/datasets?${query.toString()}`);
  }

  #bridgeCalls(connect: (event: IpcMainEvent) => void): BridgeCalls {
    return {
      connect,
      open: async (options) => this.#openDialog(options),
      save: async (options) => {
        const window = this.#window.opened;
        return window === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options);
      },
      copy: async (text) => clipboard.writeText(text),
    };
  }

  async #openDialog(options: OpenDialogOptions) {
    const window = this.#window.opened;
    return window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options);
  }

  #context(): HostContext {
    const holder = this.#holder;
    return {
      kind: 'electron',
      files: electronFiles,
      server: holder.server,
      get studio() {
        return holder.studio;
      },
      reopen: async (work, home) => {
        this.#attending.abort(); // nothing may read a database that is being exchanged
        try {
          await holder.reopen(work, home);
        } finally {
          this.#attend();
        }
      },
    };
  }

  /** undefined while it is being exchanged. */
  #studio(): Studio | undefined {
    try {
      return this.#holder.studio;
    } catch {
      return undefined;
    }
  }

  #isTraining(): boolean {
    const query = { states: ['running' as const], offset: 0, limit: 1, trashed: false };
    const studio = this.#studio();
    return studio !== undefined && studio.dataFolder.ownsQueue && studio.runHistory.page(query).total > 0;
  }

  async #askToQuit(): Promise<boolean> {
    const { quitTitle, quitDetail, quit, keepOpen } = this.#words;
    const options = {
      ...{ type: 'question' as const, message: quitTitle, detail: quitDetail },
      ...{ buttons: [quit, keepOpen], defaultId: 1, cancelId: 1 },
    };
    const window = this.#window.opened;
    const { response } = await (window === undefined
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(window, options));
    return response === 0;
  }

  /** The window is gone for the person at once; saving a run takes a moment longer. */
  async #close(): Promise<void> {
    await this.#window.saveBounds().catch(reportFailure);
    this.#window.opened?.hide();
    this.#attending.abort();
    await this.#holder.close();
  }
}
