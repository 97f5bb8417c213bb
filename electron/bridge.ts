/**
 * The window's requests to the shell. Each sender is checked: only the main frame of a page of ours is answered, and
 * what it sends is parsed.
 */
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { z } from 'zod';
import { GraftError } from '../main/contract/errors.ts';
import { shellChannels } from '../main/contract/shell.ts';
import { writeFileAtomic } from '../main/formats/atomicFile.ts';
import { isOwnPage } from './origin.ts';
import { hostWords } from '../main/contract/words/hosts.ts';

/** The native dialogs and the clipboard. */
export interface BridgeCalls {
  open(options: OpenDialogOptions): Promise<{ readonly canceled: boolean; readonly filePaths: readonly string[] }>;
  save(options: SaveDialogOptions): Promise<{ readonly canceled: boolean; readonly filePath?: string }>;
  copy(text: string): Promise<void>;
  /** Hands a new connection to the page that asked. */
  connect(event: IpcMainEvent): void;
}

const fileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^/\\\0]+$/); // a name, never a place
const pickOptions = z.object({ accept: z.array(z.string().regex(/^(\.[\w-]+)+$/)).max(50), multiple: z.boolean() });

export function serveBridge(ipc: Pick<IpcMain, 'handle' | 'on'>, calls: BridgeCalls): void {
  const handle = (channel: string, answer: (...values: unknown[]) => Promise<unknown>): void => {
    ipc.handle(channel, async (event: IpcMainInvokeEvent, ...values: unknown[]) => {
      requireOwnPage(event);
      return answer(...values);
    });
  };
  handle(shellChannels.pickFiles, async (options) => pickFiles(calls, pickOptions.parse(options)));
  handle(shellChannels.pickFolder, async () => (await picked(calls, { properties: ['openDirectory'] }))[0]);
  handle(shellChannels.saveTarget, async (name) => savePath(calls, fileName.parse(name)));
  handle(shellChannels.saveText, async (name, text) => {
    const path = await savePath(calls, fileName.parse(name));
    if (path !== undefined) await writeFileAtomic(path, z.string().parse(text));
  });
  handle(shellChannels.copy, async (text) => calls.copy(z.string().parse(text)));
  ipc.on(shellChannels.connect, (event) => {
    if (isFromOwnPage(event)) calls.connect(event);
  });
}

async function pickFiles(
  calls: BridgeCalls,
  { accept, multiple }: z.infer<typeof pickOptions>,
): Promise<readonly string[]> {
  const filters =
    accept.length === 0
      ? []
      : [
          { name: accept.join(' '), extensions: accept.map(lastEnding) },
          { name: '*', extensions: ['*'] },
        ];
  return picked(calls, { properties: multiple ? ['openFile', 'multiSelections'] : ['openFile'], filters });
}

/** Dialogs know a file's last ending alone: `gz` of `.tar.gz`. */
function lastEnding(ending: string): string {
  return ending.slice(ending.lastIndexOf('.') + 1);
}

async function picked(calls: BridgeCalls, options: OpenDialogOptions): Promise<readonly string[]> {
  const { canceled, filePaths } = await calls.open(options);
  return canceled ? [] : filePaths;
}

async function savePath(calls: BridgeCalls, name: string): Promise<string | undefined> {
  const { canceled, filePath } = await calls.save({ defaultPath: name });
  return canceled || filePath === '' ? undefined : filePath;
}

type AnyIpcEvent = Pick<IpcMainEvent, 'senderFrame'> | Pick<IpcMainInvokeEvent, 'senderFrame'>;

function isFromOwnPage({ senderFrame }: AnyIpcEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

function requireOwnPage(event: AnyIpcEvent): void {
  if (!isFromOwnPage(event)) throw new GraftError('usage', hostWords.ownWindowOnly());
}
