/**
 * Writes an adapter with its base, or a model alone, in any of the forms of contract/exports: the weights by an engine
 * process, beside them what people and programs want to know. Everything is made in a folder of another name and then
 * put in place at once, so that a full disk, a cancel or a failed comparison leaves nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Adapter, Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { hasGgufForm } from '../../contract/exports/exportSpec.ts';
import type { ExportChoice, ExportResult, ExportSpec } from '../../contract/exports/exportSpec.ts';
import { getAdapterExport, getModelExport, parseExportOptions } from '../../contract/exports/registry.ts';
import { exportWords } from '../../contract/words/exports.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { temporaryPathFor, writeDirAtomic } from '../../formats/atomicFile.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { contentFiles } from '../shared/adapterContent.ts';
import type { WeightsRequest } from '../machine/engines.ts';
import { copyFiles } from '../shared/copyFiles.ts';
import { plainFileName } from './plainFileName.ts';
import { packFolder } from '../shared/tarGz.ts';
import { cardBase, cardTraining } from './cardFacts.ts';
import type { LineageReader } from './cardFacts.ts';
import { exportSize } from './exportSize.ts';
import { heldOutText, type HeldOutReader } from './heldOutText.ts';
import { storedMethod } from './storedMethod.ts';
import type { ExportSource } from './exportSize.ts';
import { modelCard } from './modelCard.ts';
import { writeModelfile } from './modelfile.ts';
import { studioExportWords } from '../../contract/words/exportsStudio.ts';
import type { Said } from '../../contract/words/words.ts';

export interface ExportsSetup {
  readonly writeWeights: (request: WeightsRequest, options: CallOptions) => Promise<ExportResult>;
  /** Of a model that has one, with the adapter's own template and tokens. */
  readonly tokenizer: (model: Model, adapter: Adapter | null) => Promise<Tokenizer>;
  readonly lineage: LineageReader;
  readonly heldOut: HeldOutReader;
  readonly codeVersion: string;
}

const modelfileName = 'Modelfile';
const cardName = 'README.md';

const copyResult: ExportResult = {
  files: [],
  parity: { of: 'nothing', difference: 0, tolerance: 0, rounding: null },
  truncation: null,
  notes: [studioExportWords.copied()],
};

export class Exports {
  readonly #setup: ExportsSetup;

  constructor(setup: ExportsSetup) {
    this.#setup = setup;
  }

  /** Writes the folder `outDir`, which must not be there, or be empty. Throws GraftError. */
  async write(
    source: ExportSource,
    choice: ExportChoice,
    outDir: string,
    options: CallOptions = {},
  ): Promise<ExportResult> {
    const planned = plan(source, choice);
    requireFree(outDir);
    return writeDirAtomic(outDir, (temporary) => this.#fill(planned, temporary, options));
  }

  /**
   * About how many bytes it will have; null where that cannot be told. Throws GraftError for options that are wrong.
   */
  size(source: ExportSource, choice: ExportChoice): number | null {
    const { spec, chosen } = plan(source, choice);
    return exportSize(source, spec.id, chosen) ?? null;
  }

  /**
   * In one file: a GGUF is that file alone, unless `path` asks for an archive; else the same folder, under the name of
   * what is exported, in one .tar.gz.
   */
  async writeFile(
    source: ExportSource,
    choice: ExportChoice,
    path: string,
    options: CallOptions = {},
  ): Promise<ExportResult> {
    const planned = plan(source, choice);
    const dir = temporaryPathFor(path);
    try {
      const result = await writeDirAtomic(dir, (temporary) => this.#fill(planned, temporary, options));
      const { singleFile } = planned.spec;
      const alone = isArchive(path)
        ? undefined
        : result.files.find((name) => singleFile !== undefined && name.endsWith(singleFile));
      if (alone !== undefined) {
        await rename(join(dir, alone), path);
        return { ...result, files: [alone], notes: [...result.notes, exportWords.ggufAlone()] };
      }
      await packFolder(path, { dir, as: plainFileName(planned.title) }, options);
      return result;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  async #fill(planned: Plan, outDir: string, options: CallOptions): Promise<ExportResult> {
    const written = await this.#fillWeights(planned, outDir, options);
    const notes = [...written.notes, ...(await this.#fillModelfile(planned, outDir))];
    const result = { ...written, notes, files: readdirSync(outDir) };
    await writeFile(join(outDir, cardName), this.#card(planned, result));
    return { ...result, files: [...result.files, cardName].sort() };
  }

  /** Beside a GGUF. Gives what the person must know about it. */
  async #fillModelfile({ source, spec }: Plan, outDir: string): Promise<readonly Said[]> {
    const gguf = readdirSync(outDir).find((name) => name.endsWith('.gguf'));
    const { model } = source;
    if (gguf === undefined || model === null) return [];
    const isLora = spec.hub.relation === 'adapter';
    const tokenizer = model.hasTokenizer ? await this.#setup.tokenizer(model, source.adapter) : undefined;
    const base = `${stemOf(model.name)}-f16.gguf`;
    const remarks = isLora
      ? [`Put the base model beside this file: model export ${model.name} --to gguf writes ${base}.`]
      : [];
    const { text, notes } = await writeModelfile({
      from: isLora ? base : gguf,
      adapter: isLora ? gguf : null,
      remarks,
      tokenizer,
    });
    await writeFile(join(outDir, modelfileName), text);
    return notes;
  }

  #card({ source, spec, title, fileStem }: Plan, result: ExportResult): string {
    const { adapter, model } = source;
    const { lineage, codeVersion } = this.#setup;
    return modelCard({
      ...{ title, spec, result, codeVersion, adapter, folder: fileStem },
      base: model && cardBase(model),
      training: adapter && cardTraining(adapter, lineage),
    });
  }

  async #fillWeights(
    { source, spec, chosen, title, fileStem, differs }: Plan,
    outDir: string,
    options: CallOptions,
  ): Promise<ExportResult> {
    const { adapter, model } = source;
    if (model === null) {
      await copyFiles(contentFiles(adapter?.dir ?? ''), outDir, options);
      return copyResult;
    }
    const request = {
      model,
      to: spec.id,
      options: chosen,
      outDir,
      fileStem,
      title,
      baseModel: cardBase(model).hubId ?? model.name,
    };
    const heldOut = adapter && differs ? await heldOutText(adapter, model, this.#setup.heldOut, options) : undefined;
    return this.#setup.writeWeights({ ...request, adapterDir: adapter?.dir ?? null, heldOut }, options);
  }
}

interface Plan {
  readonly source: ExportSource;
  readonly spec: ExportSpec;
  readonly chosen: object;
  readonly title: string;
  readonly fileStem: string;
  /** It is meant to: cut to a rank, or of a method that is LoRA nearly. */
  readonly differs: boolean;
}

/** Everything that can be wrong before anything is done. */
function plan(source: ExportSource, { to, options = {} }: ExportChoice): Plan {
  const { adapter, model } = source;
  const subject = {
    method: adapter && storedMethod(adapter),
    hasGguf: model === null || hasGgufForm(model.shape),
  };
  const spec = adapter === null ? getModelExport(to) : getAdapterExport(to);
  const chosen = parseExportOptions(spec, options);
  const title = adapter?.name ?? model?.name ?? '';
  const refusal = spec.refusal(subject);
  if (refusal !== undefined) throw new GraftError('unsupported', refusal, { field: 'to' });
  const isCopy = ['peft', 'graft'].includes(spec.id) && Object.keys(options).length === 0;
  if (model === null && !isCopy) {
    throw new GraftError('conflict', studioExportWords.baseMissing({ title }), {
      field: 'model',
      remedy: studioExportWords.fetchBase(),
    });
  }
  const isCut = 'rank' in chosen && chosen.rank !== null;
  const differs = isCut || spec.caution?.(subject) !== undefined;
  return { source, spec, chosen, title, fileStem: stemOf(title), differs };
}

function isArchive(path: string): boolean {
  return /\.(tar\.gz|tgz)$/i.test(path);
}

/** A name without spaces, for commands. */
function stemOf(name: string): string {
  return plainFileName(name).replaceAll(/\s+/g, '-');
}

/** Only an empty folder may stand there: what is in another one is not ours. */
function requireFree(dir: string): void {
  if (!existsSync(dir) || readdirSync(dir).length === 0) return;
  throw new GraftError('conflict', studioExportWords.isThere({ dir }), {
    file: dir,
    field: 'out',
    remedy: studioExportWords.newFolder(),
  });
}
