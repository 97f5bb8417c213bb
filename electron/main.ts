/**
 * The desktop shell: one window on the studio, and the thin calls that only Electron can make. Everything decided here is
 * decided in the modules beside it, which take Electron's objects as arguments; this file is their wiring.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  screen,
  shell,
} from 'electron';
import { shellChannels } from '../main/contract/shell.ts';
import { readRenderer } from '../main/hosts/browserHost/rendererFiles.ts';
import type { HostContext } from '../main/hosts/procedures/HostContext.ts';
import { StudioHolder } from '../main/hosts/StudioHolder.ts';
import { startChildrenWith } from '../main/processes/startChild.ts';
import { applicationMenu } from './applicationMenu.ts';
import { answerWindow } from './appProtocol.ts';
import { serveBridge } from './bridge.ts';
import { addressOfDeepLink, deepLinkIn } from './deepLink.ts';
import { electronFiles } from './electronFiles.ts';
import { shellOrigin, shellScheme } from './origin.ts';
import { QuitGuard } from './quitGuard.ts';
import { type Desktop, RunWatch } from './RunWatch.ts';
import { startUtilityChild } from './utilityChildren.ts';
import { isReachable, readBounds, writeBounds } from './windowBounds.ts';
import { WindowPorts } from './WindowPorts.ts';
import { restrictAllContents } from './windowPolicy.ts';
import { shellWords, type ShellWords } from './words.ts';

const smallestWindow = { minWidth: 900, minHeight: 600 };
const firstWindow = { width: 1280, height: 840 };

/** Compiled files lie in `<root>/dist/app/electron`; what is packed beside the archive lies in Electron's resources folder. */
const appFolder = app.isPackaged ? process.resourcesPath : join(import.meta.dirname, '..', '..', '..');
const rendererDir = join(import.meta.dirname, '..', '..', 'renderer');

class Shell {
  #window: BrowserWindow | undefined;
  #address: string;
  readonly #holder: StudioHolder;
  readonly #watch: RunWatch;
  readonly #stopWatching = new AbortController();

  constructor(holder: StudioHolder, address: string) {
    this.#holder = holder;
    this.#address = address;
    const { studio } = holder;
    this.#watch = new RunWatch({ studio, desktop: this.#desktop(), words: this.#runWords() });
  }

  start(): void {
    const context = this.#context();
    const ports = new WindowPorts(context);
    this.#holder.onExchanged(async () => ports.endAll());
    serveBridge(ipcMain, {
      open: async (options) => dialog.showOpenDialog(options),
      save: async (options) => dialog.showSaveDialog(options),
      copy: async (text) => clipboard.writeText(text),
      connect: (event) => {
        ports.connect(event);
      },
    });
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(applicationMenu({ words: this.#words(), platform: process.platform, go: (to) => this.go(to) })),
    );
    void this.#watch.follow(this.#stopWatching.signal);
    powerMonitor.on('on-battery', () => void this.#watch.powerChanged());
    powerMonitor.on('on-ac', () => void this.#watch.powerChanged());
    this.openWindow();
  }

  openWindow(): void {
    const kept = readBounds(boundsFile());
    const bounds =
      kept !== undefined &&
      isReachable(
        kept,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      )
        ? kept
        : firstWindow;
    const window = new BrowserWindow({
      ...smallestWindow,
      ...bounds,
      show: false,
      title: 'Graft',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#151816' : '#fafaf7',
      webPreferences: { preload: join(import.meta.dirname, 'preload.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false },
    });
    if (kept?.isMaximized === true) window.maximize();
    window.once('ready-to-show', () => window.show());
    window.on('close', () => void writeBounds(boundsFile(), { ...window.getNormalBounds(), isMaximized: window.isMaximized() }));
    window.on('closed', () => (this.#window = undefined));
    this.#window = window;
    void window.loadURL(`${shellOrigin}${this.#address}`);
  }

  /** Shows an address of the studio, in the window that is there or in a new one. */
  go(address: string): void {
    this.#address = address;
    if (this.#window === undefined) return this.openWindow();
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
    this.#window.webContents.send(shellChannels.navigate, address);
  }

  isTraining(): boolean {
    const query = { states: ['running' as const], offset: 0, limit: 1, trashed: false };
    return this.#holder.studio.runHistory.page(query).total > 0;
  }

  async askToQuit(): Promise<boolean> {
    const { quitTitle, quitDetail, quit, keepOpen } = this.#words();
    const options = {
      type: 'question' as const,
      message: quitTitle,
      detail: quitDetail,
      buttons: [quit, keepOpen],
      defaultId: 1,
      cancelId: 1,
    };
    return (await dialog.showMessageBox(options)).response === 0;
  }

  async close(): Promise<void> {
    this.#stopWatching.abort();
    await this.#holder.close();
  }

  #context(): HostContext {
    const holder = this.#holder;
    return {
      kind: 'electron',
      files: electronFiles,
      get studio() {
        return holder.studio;
      },
      reopen: async (work, home) => holder.reopen(work, home),
    };
  }

  #words(): ShellWords {
    return shellWords(this.#holder.studio.preferences.get().language, app.getLocale());
  }

  #runWords() {
    const words = this.#words();
    return {
      ended: ({ state }: { readonly state: keyof ShellWords['ended'] }) => words.ended[state],
      pausedOnBattery: words.pausedOnBattery,
    };
  }

  #desktop(): Desktop {
    let blocker: number | undefined;
    return {
      showProgress: (share) => this.#window?.setProgressBar(share ?? -1),
      notify: (title, body, address) => {
        const notification = new Notification({ title, body });
        notification.on('click', () => this.go(address));
        notification.show();
      },
      stayAwake: (wanted) => {
        if (wanted) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
        else if (blocker !== undefined) blocker = void powerSaveBlocker.stop(blocker);
      },
      isOnBattery: () => powerMonitor.isOnBatteryPower(),
    };
  }
}

const boundsFile = (): string => join(app.getPath('userData'), 'window.json');

/** `--home DIR`, as the command line has it. */
function homeIn(args: readonly string[]): string | undefined {
  const { values } = parseArgs({ args: [...args], options: { home: { type: 'string' } }, strict: false, allowPositionals: true });
  return typeof values.home === 'string' ? values.home : undefined;
}

async function openShell(): Promise<void> {
  const renderer = readRenderer(rendererDir);
  protocol.handle(shellScheme, (request) => answerWindow(renderer, request.url));
  const holder = await StudioHolder.open({ home: homeIn(process.argv), takes: 'all', resourcesDir: join(appFolder, 'resources') });
  const link = deepLinkIn(process.argv);
  const window = new Shell(holder, (link && addressOfDeepLink(link)) ?? '/');
  const guard = new QuitGuard({
    isTraining: () => window.isTraining(),
    ask: async () => window.askToQuit(),
    close: async () => window.close(),
    exit: () => app.exit(),
  });
  app.on('before-quit', (event) => void guard.onBeforeQuit(event));
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit());
  app.on('activate', () => window.go('/'));
  app.on('second-instance', (_event, args) => window.go(addressOfDeepLink(deepLinkIn(args) ?? '') ?? '/'));
  app.on('open-url', (_event, url) => window.go(addressOfDeepLink(url) ?? '/'));
  window.start();
}

protocol.registerSchemesAsPrivileged([{ scheme: shellScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
startChildrenWith(startUtilityChild());
app.enableSandbox();
app.setAsDefaultProtocolClient('graft');
restrictAllContents(app, (url) => void shell.openExternal(url));

if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(openShell)
    .catch((error: unknown) => {
      dialog.showErrorBox('Graft', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
} else app.exit();
