/** A browser tab: files are uploaded to the host on the same machine, written ones are downloaded. */
import { type ErrorJson, GraftError } from '../../main/contract/errors.ts';
import { headBytes } from '../../main/contract/foreignFile.ts';
import { commonWords } from '../../main/contract/words/common.ts';
import { windowWords } from '../../main/contract/words/window.ts';
import type { WrittenFile } from '../../main/contract/procedures/procedure.ts';
import type { NotificationPermissionState, PickOptions, PickedFile, Platform } from './platform.ts';

interface NamedFile {
  /** Relative, with `/`, for files of a folder. */
  readonly path: string;
  readonly file: File;
}

export const browserPlatform: Platform = {
  kind: 'browser',
  async pickFiles(options = {}) {
    const files = await askForFiles(options, false);
    const picked: PickedFile[] = [];
    for (const file of files) picked.push(await upload(file.name, [{ path: file.name, file }], options));
    return picked;
  },
  async pickFolder(options = {}) {
    const files = await askForFiles(options, true);
    const [first] = files;
    if (first === undefined) return undefined;
    const name = first.webkitRelativePath.split('/')[0] ?? first.name;
    return upload(
      name,
      files.map((file) => ({ path: file.webkitRelativePath, file })),
      options,
    );
  },
  async dropped(transfer, options = {}) {
    // The list of a DataTransfer is gone after the first await. What is no entry of a file system is a file all the
    // same.
    const items = [...transfer.items]
      .map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
      .filter((item) => item !== null);
    const picked: PickedFile[] = [];
    for (const item of items) {
      const files = item instanceof File ? [{ path: item.name, file: item }] : await filesOf(item);
      const isLoose = item instanceof File || item.isFile;
      if (!isLoose || (await isAccepted(files, options))) picked.push(await upload(item.name, files, options));
    }
    return picked;
  },
  async forget({ source }) {
    // What cannot be forgotten now goes when Graft ends.
    if ('uploadId' in source)
      await fetch(`/uploads/${encodeURIComponent(source.uploadId)}`, { method: 'DELETE' }).catch(() => undefined);
  },
  async saveTarget() {
    return { download: true };
  },
  deliver({ downloadId }: WrittenFile) {
    if (downloadId !== null) followDownload(`/downloads/${encodeURIComponent(downloadId)}`, '');
  },
  async saveText(fileName, text) {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    followDownload(url, fileName);
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  },
  async copy(text) {
    await navigator.clipboard.writeText(text);
  },
  notify({ title, body, tag, onopen }) {
    if (document.visibilityState === 'visible' || permissionNow() !== 'granted') return;
    new Notification(title, { body, tag }).addEventListener('click', () => {
      window.focus();
      onopen();
    });
  },
  watchNotifications(onChange) {
    const tell = (): void => onChange(permissionNow());
    const stop = new AbortController();
    tell();
    // A change in the settings of the browser; where it cannot be watched, coming back to the window is when it shows.
    const asked = 'permissions' in navigator ? navigator.permissions.query({ name: 'notifications' }) : undefined;
    void asked
      ?.then((status) => status.addEventListener('change', tell, { signal: stop.signal }))
      .catch(() => undefined);
    addEventListener('focus', tell, { signal: stop.signal });
    return () => stop.abort();
  },
  async askForNotifications() {
    return permissionNow() === 'default' ? Notification.requestPermission() : permissionNow();
  },
  showProgress(share) {
    document.title = share === null ? 'Graft' : `${Math.floor(share * 100)} % · Graft`;
  },
};

function permissionNow(): NotificationPermissionState {
  return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission;
}

function askForFiles({ accept = [], multiple = false }: PickOptions, folder: boolean): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept.join(',');
    input.multiple = multiple || folder;
    input.webkitdirectory = folder;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

async function isAccepted([only]: readonly NamedFile[], { accepts }: PickOptions): Promise<boolean> {
  if (only === undefined || accepts === undefined) return true;
  return accepts(only.file.name, new Uint8Array(await only.file.slice(0, headBytes).arrayBuffer()));
}

/** Several files under one upload are a folder. */
async function upload(
  name: string,
  files: readonly NamedFile[],
  { onProgress, signal }: PickOptions,
): Promise<PickedFile> {
  const { uploadId } = (await answer(await fetch('/uploads', { method: 'POST', signal: signal ?? null }))) as {
    uploadId: string;
  };
  const totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let doneBytes = 0;
  for (const { path, file } of files) {
    const address = `/uploads/${encodeURIComponent(uploadId)}/${path.split('/').map(encodeURIComponent).join('/')}`;
    const before = doneBytes;
    await put(address, file, { signal, onSent: (sent) => onProgress?.(before + sent, totalBytes) });
    doneBytes += file.size;
    onProgress?.(doneBytes, totalBytes);
  }
  return { name, source: { uploadId } };
}

interface PutOptions {
  readonly onSent: (sentBytes: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** XMLHttpRequest, because fetch does not tell how much was sent. */
function put(address: string, file: File, { onSent, signal }: PutOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', address);
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
    request.addEventListener('load', () => {
      if (request.status < 300) resolve();
      else reject(uploadFailed(request.responseText));
    });
    request.addEventListener('error', () => reject(uploadFailed('')));
    request.addEventListener('abort', () => reject(new GraftError('cancelled', commonWords.cancelled())));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

async function answer(response: Response): Promise<unknown> {
  if (!response.ok) throw uploadFailed(await response.text());
  return response.json();
}

/** The host answers with an ErrorJson. */
function uploadFailed(text: string): GraftError {
  try {
    return GraftError.fromJson(JSON.parse(text) as ErrorJson);
  } catch (cause) {
    return new GraftError('network', windowWords.handingFailed(), { remedy: windowWords.lookAndRetry() }, cause);
  }
}

async function filesOf(entry: FileSystemEntry, prefix = ''): Promise<NamedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: `${prefix}${entry.name}`, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: NamedFile[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return files;
    for (const child of batch) files.push(...(await filesOf(child, `${prefix}${entry.name}/`)));
  }
}

function followDownload(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
