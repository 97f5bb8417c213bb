/**
 * The desktop app's entry. What has to be said before Electron is ready comes first: the data folder decides which app
 * this is a second instance of, and links may come in at any moment.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { app, dialog, protocol, shell } from 'electron';
import { GraftError } from '../main/contract/errors.ts';
import { readRenderer } from '../main/hosts/browserHost/rendererFiles.ts';
import { nodeOfEngines } from '../main/hosts/nodeOfEngines.ts';
import { StudioHolder } from '../main/hosts/StudioHolder.ts';
import { forkChild, startChildrenWith } from '../main/processes/startChild.ts';
import { watchStarter } from '../main/processes/watchStarter.ts';
import { resolveHome } from '../main/studio/dataFolder/dataFolder.ts';
import { answerWindow } from './appProtocol.ts';
import { addressInArguments, addressOfDeepLink, takeDeepLinks } from './deepLink.ts';
import { shellScheme } from './origin.ts';
import { reportFailure } from './reportFailure.ts';
import { Shell } from './Shell.ts';
import { startEngines } from './startEngines.ts';
import { startUtilityChild } from './utilityChildren.ts';
import { restrictAllContents } from './windowPolicy.ts';

/**
 * Compiled files lie in `<root>/dist/app/electron`; what is packed beside the archive lies in Electron's resources
 * folder.
 */
const appFolder = app.isPackaged ? process.resourcesPath : join(import.meta.dirname, '..', '..', '..');
const resourcesDir = join(appFolder, 'resources');
const rendererDir = join(import.meta.dirname, '..', '..', 'renderer');
const appId = 'org.graft.studio'; // as in electron-builder.config.js

let opened: Shell | undefined;
/** Where to open, as long as nothing is open. */
let wanted = addressInArguments(process.argv);

function show(address: string | undefined): void {
  if (opened === undefined) wanted = address ?? wanted;
  else opened.show(address);
}

/** `--home DIR`, as the command line has it. */
function homeIn(args: readonly string[]): string | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { home: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  return typeof values.home === 'string' ? values.home : undefined;
}

/**
 * The window's own folder, one for each data folder and never inside it: a data folder is moved, backed up and
 * restored.
 */
function windowFolder(home: string): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  return join(app.getPath('appData'), 'graft-window', name);
}

async function openShell(home: string): Promise<void> {
  const renderer = readRenderer(rendererDir);
  protocol.handle(shellScheme, (request) => answerWindow(renderer, request.url));
  const holder = await StudioHolder.open({
    home,
    takes: 'all',
    preparesInBackground: true,
    resourcesDir,
    onNotice: reportFailure,
  });
  const setup = {
    preloadFile: join(import.meta.dirname, 'preload.cjs'),
    iconFile: join(resourcesDir, 'icons', 'icon.png'),
  };
  opened = new Shell({ holder, address: wanted ?? '/', ...setup });
  opened.start();
}

function tellAndExit(error: unknown): void {
  reportFailure(error);
  const remedy = error instanceof GraftError ? error.data['remedy'] : undefined;
  const message = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox('Graft', typeof remedy === 'string' ? `${message}\n\n${remedy}` : message);
  app.exit(1);
}

function start(): void {
  const home = resolveHome({ ...optional(homeIn(process.argv)) });
  const folder = windowFolder(home);
  mkdirSync(folder, { recursive: true });
  app.setPath('userData', folder);
  if (!app.requestSingleInstanceLock()) {
    app.exit(); // the first instance has been told, and shows itself
    return;
  }
  app.on('second-instance', (_event, args) => show(addressInArguments(args)));
  app.on('activate', () => show(undefined));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    show(addressOfDeepLink(url));
  });
  takeDeepLinks(app, process.platform);
  restrictAllContents(app, (url) => void shell.openExternal(url).catch(reportFailure));
  startChildrenWith(startEngines({ asUtility: startUtilityChild(), asFork: forkChild, nodeOfEngines }));
  watchStarter(() => app.quit());
  app
    .whenReady()
    .then(async () => openShell(home))
    .catch(tellAndExit);
}

function optional(home: string | undefined): { readonly home?: string } {
  return home === undefined ? {} : { home };
}

protocol.registerSchemesAsPrivileged([
  { scheme: shellScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();
// or there are no notifications
if (process.platform === 'win32') app.setAppUserModelId(app.isPackaged ? appId : process.execPath);
try {
  start();
} catch (error) {
  tellAndExit(error); // a data folder that was moved away
}
