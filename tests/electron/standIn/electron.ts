/**
 * Electron for the shell, in plain Node: just what the shell uses, behaving as Electron does where that matters, and
 * driven by a test over IPC (protocol.ts). MessagePorts, utility processes and the answers of the window's scheme are
 * real.
 */
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Ask, Frame, Look, Said, ToPort } from './protocol.ts';
import { forkUtility } from './utilityProcess.ts';

const { STAND_IN_FOLDER: folder = '.', STAND_IN_SECOND: isSecond } = process.env;
const say = (said: Said): void => void process.send?.(said);

const now = {
  ...{
    menu: [] as MenuItem[],
    progress: -1,
    blockers: new Set<number>(),
    utilities: [] as string[],
    questions: [] as string[],
  },
  notifications: [] as { title: string; body: string }[],
  ...{
    button: 1,
    paths: [] as readonly string[],
    onBattery: false,
    userData: '',
    isSandboxed: false,
    schemes: null as unknown,
  },
};

class PreventableEvent {
  isPrevented = false;
  preventDefault(): void {
    this.isPrevented = true;
  }
}

function emit(emitter: EventEmitter, name: string, ...args: unknown[]): boolean {
  const event = new PreventableEvent();
  emitter.emit(name, event, ...args);
  return event.isPrevented;
}

class App extends EventEmitter {
  readonly isPackaged = false;
  getPath(name: string): string {
    return name === 'userData' ? now.userData : join(folder, name);
  }
  setPath(_name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} is not there`);
    now.userData = path;
  }
  getLocale(): string {
    return 'en-GB';
  }
  enableSandbox(): void {
    now.isSandboxed = true;
  }
  requestSingleInstanceLock(): boolean {
    return isSecond === undefined;
  }
  setAsDefaultProtocolClient(): boolean {
    return true;
  }
  async whenReady(): Promise<void> {
    await new Promise(setImmediate);
  }
  quit(): void {
    if (!emit(this, 'before-quit')) this.exit();
  }
  exit(code = 0): void {
    process.exit(code);
  }
}

export const app = new App();
export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => now.onBattery });
export const shell = { openExternal: async () => undefined };
export const clipboard = { writeText: () => undefined };
export const nativeTheme = { themeSource: 'system', shouldUseDarkColors: false };
const display = { id: 1, workArea: { x: 0, y: 0, width: 1600, height: 900 } };
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] };

export const powerSaveBlocker = {
  start: (): number => {
    now.blockers.add(now.blockers.size + 1);
    return now.blockers.size;
  },
  stop: (id: number): void => void now.blockers.delete(id),
};

export const dialog = {
  showMessageBox: async (...args: readonly unknown[]) => {
    now.questions.push((args.at(-1) as { message: string }).message);
    return { response: now.button };
  },
  showOpenDialog: async () => ({ canceled: now.paths.length === 0, filePaths: now.paths }),
  showSaveDialog: async () => ({ canceled: now.paths.length === 0, filePath: now.paths[0] ?? '' }),
  showErrorBox: (title: string, message: string): void => say({ said: 'error', title, message }),
};

export class Notification extends EventEmitter {
  readonly #told: { title: string; body: string };
  constructor(told: { title: string; body: string }) {
    super();
    this.#told = told;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    now.notifications.push(this.#told);
  }
}

interface MenuItem {
  readonly label?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

export const Menu = {
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu: (menu: MenuItem[]): void => void (now.menu = menu),
  getApplicationMenu: () => (now.menu.length === 0 ? null : now.menu),
};

type Handler = (event: unknown, ...args: readonly unknown[]) => unknown;
const handlers = new Map<string, Handler>();
const listeners = new EventEmitter();
export const ipcMain = Object.assign(listeners, {
  handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
});

let answerUrl: (request: { readonly url: string }) => Response;
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => void (now.schemes = schemes),
  handle: (_scheme: string, answer: typeof answerUrl) => void (answerUrl = answer),
};

export const utilityProcess = {
  fork: (...[file, args, options]: Parameters<typeof forkUtility>) => {
    now.utilities.push(file);
    return forkUtility(file, args, options);
  },
};

/** A MessagePort's other end hears of its closing; this end does not, as in Electron. */
class MessagePortMain extends EventEmitter {
  readonly port: MessagePort;
  #isClosedHere = false;
  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.#isClosedHere || this.emit('close'));
  }
  postMessage(data: unknown): void {
    this.port.postMessage(data);
  }
  start(): void {
    this.port.on('message', (data) => this.emit('message', { data, ports: [] }));
  }
  close(): void {
    this.#isClosedHere = true;
    this.port.close();
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new MessagePortMain(port1);
    this.port2 = new MessagePortMain(port2);
  }
}

class WebContents extends EventEmitter {
  url = '';
  readonly session = {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
  };
  getURL(): string {
    return this.url;
  }
  isLoadingMainFrame(): boolean {
    return false;
  }
  setWindowOpenHandler(): void {
    // nothing opens windows here
  }
  send(channel: string, ...args: readonly unknown[]): void {
    say({ said: 'page', channel, args });
  }
}

const windows: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  readonly options: Readonly<Record<string, unknown>>;
  readonly webContents = new WebContents();
  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.url = url;
    say({ said: 'load', url });
  }
  getNormalBounds() {
    return { x: 10, y: 20, width: 1000, height: 700 };
  }
  isMaximized(): boolean {
    return false;
  }
  isMinimized(): boolean {
    return false;
  }
  setProgressBar(share: number): void {
    now.progress = share;
  }
  show(): void {
    // there is nothing to see
  }
  focus(): void {
    // nor to type into
  }
  hide(): void {
    // nor to hide
  }
}

const pagePorts: MessagePort[] = [];

/** Answered with the number of the page's port, over which the test speaks as the page would. */
function connect(frame: Frame): number | null {
  let number: number | null = null;
  const postMessage = (_channel: string, _message: unknown, [port]: readonly MessagePortMain[]): void => {
    if (port === undefined) return;
    const mine = pagePorts.push(port.port) - 1;
    number = mine;
    port.port.on('message', (data) => say({ said: 'port', port: mine, data }));
    port.port.on('close', () => say({ said: 'portClosed', port: mine }));
  };
  ipcMain.emit('graft:connect', { senderFrame: { ...senderFrame(frame), postMessage } });
  return number;
}

function senderFrame({ url, isSubframe = false }: Frame) {
  return { url, parent: isSubframe ? {} : null };
}

function findItem(items: readonly MenuItem[], label: string): MenuItem | undefined {
  for (const item of items) {
    const found = item.label === label ? item : findItem(item.submenu ?? [], label);
    if (found !== undefined) return found;
  }
  return undefined;
}

function look(): Look {
  return {
    ...{
      menu: now.menu.map(({ label = '' }) => label),
      theme: nativeTheme.themeSource,
      progress: now.progress,
      userData: now.userData,
    },
    ...{
      isAwake: now.blockers.size > 0,
      utilities: now.utilities,
      notifications: now.notifications,
      questions: now.questions,
    },
    ...{ windowOptions: windows.at(-1)?.options ?? null, schemes: now.schemes, isSandboxed: now.isSandboxed },
  };
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.do) {
    case 'fetch': {
      const response = answerUrl({ url: ask.url });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    }
    case 'connect':
      return connect(ask.frame);
    case 'invoke':
      return handlers.get(ask.channel)?.({ senderFrame: senderFrame(ask.frame) }, ...ask.args);
    case 'emit': {
      const emitter = { app, power: powerMonitor, window: windows.at(-1) }[ask.on];
      return emitter !== undefined && emit(emitter, ask.event, ...(ask.args ?? []));
    }
    case 'answer':
      Object.assign(now, ask);
      return null;
    case 'clickMenu':
      findItem(now.menu, ask.label)?.click?.();
      return null;
    case 'look':
      return look();
  }
}

process.on('message', (message: ToPort | { readonly id: number; readonly ask: Ask }) => {
  if ('port' in message) {
    pagePorts[message.port]?.postMessage(message.data);
    return;
  }
  const { id, ask } = message;
  answer(ask).then(
    (value) => process.send?.({ id, answer: value }),
    (error: unknown) => process.send?.({ id, failure: String(error) }),
  );
});
