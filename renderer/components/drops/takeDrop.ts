/**
 * What is dropped anywhere on the window finds its screen by what it is: the studio looks into it, the window goes to
 * the screen of its kind, and that screen takes it in as if it had been chosen there.
 */
import { GraftError } from '../../../main/contract/errors.ts';
import { type ForeignKind, adviceFor, foreignKindOf, sayKind } from '../../../main/contract/foreignFile.ts';
import type { FileKind } from '../../../main/contract/machine.ts';
import { fileKindWords } from '../../../main/contract/words/fileKinds.ts';
import type { PickedFile } from '../../lib/platform.ts';
import { writeImportAddress } from '../../screens/datasets/importAddress.ts';
import type { StudioWindow } from '../../state/studio.ts';

interface Dropped {
  readonly file: PickedFile;
  readonly kind: FileKind;
}

/** Of which the studio needs to see the inside before it can say. */
const openKinds: readonly ForeignKind[] = ['parquet', 'gguf', 'gzip', 'tar'];

/** Reads the transfer before its first await. Whatever is not taken is told with its reason; the rest goes on. */
export async function takeDrop(studio: StudioWindow, transfer: DataTransfer): Promise<void> {
  const { intake, platform, toasts } = studio;
  await toasts.attempt(async () => {
    const accepts = (name: string, head: Uint8Array): boolean => isWorthSending(studio, name, head);
    const picked = await intake.take((options) => platform.dropped(transfer, { ...options, accepts }));
    const dropped: Dropped[] = [];
    for (const file of picked) {
      await toasts.attempt(async () =>
        dropped.push({ file, kind: await studio.api.app.recognise({ from: file.source }) }),
      );
    }
    show(studio, dropped);
  });
}

/** A film is not sent through first only to be refused then. */
function isWorthSending({ toasts }: StudioWindow, name: string, head: Uint8Array): boolean {
  const kind = foreignKindOf(head);
  const isWeights = name.toLowerCase().endsWith('.safetensors');
  if (!isWeights && (kind === undefined || openKinds.includes(kind))) return true;
  const said = isWeights
    ? { message: fileKindWords.weightsAlone({ file: name }), remedy: fileKindWords.dropFolder() }
    : { message: fileKindWords.notTaken({ file: name, what: sayKind(kind ?? 'zip') }), remedy: remedyFor(kind) };
  toasts.fail(new GraftError('unsupported', said.message, { file: name, remedy: said.remedy }));
  return false;
}

function remedyFor(kind: ForeignKind | undefined): ReturnType<typeof adviceFor> {
  const couldBeTable = kind !== undefined && ['oldOffice', 'excel', 'openDocument', 'zip'].includes(kind);
  return couldBeTable ? adviceFor(kind) : fileKindWords.whatIsTaken();
}

function show({ router, arrivals, platform }: StudioWindow, dropped: readonly Dropped[]): void {
  const [first, ...others] = dropped;
  if (first === undefined) return;
  const screen = screenOf(first.kind);
  if (others.some(({ kind }) => screenOf(kind) !== screen) || (screen === 'backup' && others.length > 0)) {
    for (const { file } of dropped) void platform.forget(file);
    const files = dropped.map(({ file }) => file.name);
    throw new GraftError('invalid', fileKindWords.mixed({ files }), { remedy: fileKindWords.oneAfterAnother() });
  }
  const files = dropped.map(({ file }) => file);
  if (screen === 'datasets') {
    router.go(writeImportAddress({ sources: [first.file.source, ...others.map(({ file }) => file.source)] }));
    return;
  }
  arrivals.put(screen, files);
  router.go({ models: '/models', adapters: '/adapters', backup: '/settings/disk' }[screen]);
}

function screenOf(kind: FileKind): 'datasets' | 'models' | 'adapters' | 'backup' {
  if (kind === 'dataset') return 'datasets';
  if (kind === 'model') return 'models';
  return kind === 'backup' ? 'backup' : 'adapters';
}
