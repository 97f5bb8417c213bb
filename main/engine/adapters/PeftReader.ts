/**
 * Reads one PEFT folder for a method and collects everything that does not fit, so that a person hears of all of it at
 * once. The tensors' names say which layers are adapted; the configuration is held against them.
 */
import type { z } from 'zod';
import { GraftError, problemOf, saidOf } from '../../contract/errors.ts';
import type { ErrorCode, Problem } from '../../contract/errors.ts';
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import type { ReadNotice } from '../../contract/importNotices.ts';
import { matchTargets } from '../../contract/targets.ts';
import type { TargetSpec } from '../../contract/targets.ts';
import { modulesSchema, type PeftFolder, type PeftTensor } from '../../formats/peftFolder.ts';
import { floatsFromBytes, isFloatDtype } from '../../formats/safetensors.ts';
import { configSchema, type OptionTable, readOptions } from '../../methods/optionTable.ts';
import type { HostTensor } from './adapterMethod.ts';
import { constant } from './draws.ts';
import { aligned, configFile, weightsFile } from './peftNames.ts';
import { modulePrefix } from '../../methods/tensorSpec.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';
import { coreWords } from '../../contract/words/core.ts';
import type { Said } from '../../contract/words/words.ts';

export interface FoundProblem extends Problem {
  readonly code: ErrorCode;
  readonly file: string;
}

/** A folder of which something was read already, and what was wrong with that. */
export interface PeftFolderRest extends PeftFolder {
  /** Weights of the base that were read already, by their names there. */
  readonly replaced?: ReadonlySet<string>;
  readonly misfits?: readonly FoundProblem[];
}

/** Target options as an adapter keeps them: null where the configuration does not say. */
type StoredTargets = Omit<TargetSpec, 'targets'> & { readonly targets: TargetSpec['targets'] | null };

/**
 * A configuration field that means something this build cannot do: its name for people, and the values that are
 * harmless.
 */
export interface RefusedField {
  readonly what: string | Said;
  readonly harmless?: readonly unknown[];
}

interface ConfigRules {
  readonly schema: z.ZodObject;
  readonly refused: Readonly<Record<string, RefusedField>>;
  /** Further fields of PEFT's configuration that change nothing here. */
  readonly ignored: readonly string[];
}

const commonIgnored = [
  'graft_format',
  'modules',
  'auto_mapping',
  'base_model_name_or_path',
  'peft_type',
  'peft_version',
  'revision',
  'inference_mode',
  'fan_in_fan_out',
  'task_type',
];
/** Of a model's body alone, without a head: what it adds to the layers is the same. */
const bodyTask = 'FEATURE_EXTRACTION';
const commonRefused: Readonly<Record<string, RefusedField>> = {
  bias: { what: engineAdapterWords.trainedBiases(), harmless: ['none'] },
  modules_to_save: { what: engineAdapterWords.trainedModules() },
};

export class PeftReader {
  readonly #folder: PeftFolder;
  readonly #linears: ReadonlyMap<string, LinearShape>;
  readonly #taskType: string;
  readonly #problems: FoundProblem[];
  readonly #unread: Set<string>;
  readonly #notices: ReadNotice[] = [];
  readonly #initial: string[] = [];

  constructor(folder: PeftFolderRest, { linears, encoder }: ModelShape) {
    this.#folder = folder;
    this.#linears = new Map(linears.map((each) => [each.name, each]));
    this.#taskType = encoder === undefined ? 'CAUSAL_LM' : 'SEQ_CLS';
    this.#problems = [...(folder.misfits ?? [])];
    this.#unread = new Set(folder.tensors.keys());
  }

  /** Everything noted so far. */
  get misfits(): readonly FoundProblem[] {
    return this.#problems;
  }

  #readConfig({ schema, refused, ignored }: ConfigRules): Readonly<Record<string, unknown>> {
    const { config } = this.#folder;
    const parsed = schema.safeParse(config);
    const known = new Set([...commonIgnored, ...ignored, ...Object.keys(schema.shape)]);
    const unknown: string[] = [];
    for (const [field, value] of Object.entries(config)) {
      const rule = refused[field] ?? commonRefused[field];
      if (field === 'task_type' && !isNeutral(value, [this.#taskType, bodyTask]))
        this.#refuse(field, value, engineAdapterWords.otherTask());
      if (rule && !isNeutral(value, rule.harmless)) this.#refuse(field, value, rule.what);
      else if (!rule && !known.has(field) && !isNeutral(value)) unknown.push(field);
    }
    if (unknown.length > 0) this.#notices.push({ kind: 'unknownFields', fields: unknown });
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues)
      this.report(path.join('.') || 'adapter_config', message, configFile);
    throw this.#error();
  }

  /** The options, checked. Throws at once when they cannot be read at all, with every field that is wrong. */
  readOptions<Options extends object>(
    table: OptionTable<Options>,
    { refused, ignored }: Pick<ConfigRules, 'refused' | 'ignored'>,
  ): Options {
    return readOptions(table, this.#readConfig({ schema: configSchema(table), refused, ignored }));
  }

  /** Layers that have tensors ending in one of `suffixes`, in forward order; names of unknown layers are a problem. */
  readTargets(suffixes: readonly string[]): readonly LinearShape[] {
    const names = new Set<string>();
    for (const key of this.#unread) {
      const suffix = suffixes.find((each) => key.endsWith(each));
      if (suffix && key.startsWith(modulePrefix)) names.add(key.slice(modulePrefix.length, -suffix.length));
    }
    const unknown = [...names].filter((name) => !this.#linears.has(name));
    for (const name of unknown) this.#reportUnknownLayer(name, suffixes);
    if (names.size === 0) this.report('tensors', engineAdapterWords.noTensor(), weightsFile);
    return [...this.#linears.values()].filter(({ name }) => names.has(name));
  }

  /**
   * The layers that `modules` of Graft's own format names, in forward order, where a method may have no tensor of a
   * layer; undefined where the folder has no such list. Unknown layers and other sizes are problems.
   */
  readModules(): readonly LinearShape[] | undefined {
    const { modules } = this.#folder.config;
    if (modules === undefined) return undefined;
    const parsed = modulesSchema.safeParse(modules);
    if (!parsed.success) this.report('modules', engineAdapterWords.noModules(), configFile);
    const named = Object.entries(parsed.data ?? {});
    for (const [name, size] of named) {
      const linear = this.#linears.get(name);
      const expected = linear && [linear.outFeatures, linear.inFeatures];
      if (expected === undefined) this.report(name, engineAdapterWords.noSuchLayer(), configFile);
      else if (expected.join() !== size.join()) {
        const shapes = engineAdapterWords.otherShape({ found: size, expected });
        this.report(name, engineAdapterWords.perhapsOtherBase({ shapes }), configFile);
      }
    }
    const names = new Set(named.map(([name]) => name));
    return [...this.#linears.values()].filter(({ name }) => names.has(name));
  }

  /**
   * The layers that the configuration names should be those that have tensors. Where `isHarmless` says of the named
   * ones that PEFT would have those without tensors add nothing, that is a notice.
   */
  checkTargets(
    targets: readonly LinearShape[],
    spec: StoredTargets,
    isHarmless: (named: readonly LinearShape[]) => boolean,
  ): void {
    const { targets: asked } = spec;
    if (asked === null) return;
    const named = this.attempt('target_modules', () =>
      matchTargets([...this.#linears.values()], { ...spec, targets: asked }),
    );
    if (!named) return;
    const present = new Set(targets.map(({ name }) => name));
    const wanted = new Set(named.map(({ name }) => name));
    const missing = [...wanted].filter((name) => !present.has(name));
    const extra = [...present].filter((name) => !wanted.has(name));
    if (missing.length > 0 && isHarmless(named)) this.#notices.push({ kind: 'missingTensors', layers: missing });
    else if (missing.length > 0)
      this.report(
        'target_modules',
        engineAdapterWords.namesLayersWithoutTensors({ layers: listed(missing) }),
        configFile,
      );
    if (extra.length > 0)
      this.report('target_modules', engineAdapterWords.tensorsOfLayersNotNamed({ layers: listed(extra) }), configFile);
  }

  /** For the adapter that was read. */
  get found(): { readonly notices?: readonly ReadNotice[] } {
    const initial: readonly ReadNotice[] =
      this.#initial.length === 0 ? [] : [{ kind: 'initialTensors', tensors: this.#initial }];
    const notices = [...this.#notices, ...initial];
    return notices.length === 0 ? {} : { notices };
  }

  has(key: string): boolean {
    return this.#folder.tensors.has(key);
  }

  /**
   * Float32 values of a F32, F16, BF16 or F64 tensor of exactly this shape. A misfit is noted and an empty one comes
   * back.
   */
  readFloats(key: string, shape: readonly number[]): HostTensor {
    const tensor = this.#take(key);
    if (!tensor) return unread(shape);
    if (!isFloatDtype(tensor.dtype))
      this.report(key, engineAdapterWords.notFloating({ dtype: tensor.dtype }), weightsFile);
    else if (this.#hasShape(key, tensor, shape))
      return { shape, data: floatsFromBytes(tensor.dtype, aligned(tensor.data)) };
    return unread(shape);
  }

  /** As readFloats; one that the file lacks is full of `initial`, which PEFT would leave it at, and that is noted. */
  readFloatsOr(initial: number, key: string, shape: readonly number[]): HostTensor {
    if (this.has(key)) return this.readFloats(key, shape);
    this.#initial.push(key);
    return constant(shape, initial);
  }

  /** A float matrix of any size, for matrices whose own shape decides; null when it is missing or no matrix. */
  readMatrix(key: string): HostTensor | null {
    const shape = this.#folder.tensors.get(key)?.shape ?? [];
    if (shape.length === 2) return this.readFloats(key, shape);
    if (this.#take(key)) this.report(key, engineAdapterWords.notMatrix({ shape }), weightsFile);
    return null;
  }

  /** Whole numbers of a U8, I16, I32 or I64 tensor, as float32. */
  readIndices(key: string, shape: readonly number[], below: number): HostTensor {
    const tensor = this.#take(key);
    if (!tensor || !this.#hasShape(key, tensor, shape)) return unread(shape);
    const values = integersOf(tensor);
    if (!values) this.report(key, engineAdapterWords.notInteger({ dtype: tensor.dtype }), weightsFile);
    else if (values.some((each) => each < 0 || each >= below))
      this.report(key, engineAdapterWords.indexOutside({ last: below - 1 }), weightsFile);
    else return { shape, data: Float32Array.from(values, Number) };
    return unread(shape);
  }

  /** Runs `action`; a GraftError becomes a problem of this configuration field, noted once. */
  attempt<T>(field: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof GraftError)) throw error;
      const noted = this.#problems.some((each) => each.field === field && each.message === error.message);
      if (!noted) this.report(field, error.reason ?? error.message, configFile, error.code);
      return undefined;
    }
  }

  /** As `attempt`, for what nothing can go on without: throws everything noted so far, the GraftError too. */
  require<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof GraftError && this.#problems.length > 0) throw this.#error();
      throw error;
    }
  }

  report(field: string, said: string | Said, file: string, code: ErrorCode = 'invalid'): void {
    this.#problems.push({ ...problemOf(field, said), file, code });
  }

  /** Throws everything noted so far, tensors that nobody asked for included; returns when there is nothing. */
  finish(): void {
    for (const key of this.#unread) this.report(key, engineAdapterWords.tensorNotDescribed(), weightsFile);
    if (this.#problems.length > 0) throw this.#error();
  }

  #take(key: string): PeftTensor | undefined {
    this.#unread.delete(key);
    const tensor = this.#folder.tensors.get(key);
    if (!tensor) this.report(key, engineAdapterWords.tensorMissing(), weightsFile);
    return tensor;
  }

  #hasShape(key: string, { shape: found }: PeftTensor, expected: readonly number[]): boolean {
    const equal = found.length === expected.length && found.every((size, axis) => size === expected[axis]);
    if (!equal) {
      const shapes = engineAdapterWords.otherShape({ found, expected });
      this.report(key, engineAdapterWords.perhapsOtherBase({ shapes }), weightsFile);
    }
    return equal;
  }

  #reportUnknownLayer(name: string, suffixes: readonly string[]): void {
    for (const suffix of suffixes) this.#unread.delete(modulePrefix + name + suffix);
    this.report(name, engineAdapterWords.noSuchLayer(), weightsFile);
  }

  #refuse(field: string, value: unknown, what: string | Said): void {
    this.report(
      field,
      engineAdapterWords.notSupported({ value: JSON.stringify(value).slice(0, 60), what }),
      configFile,
      'unsupported',
    );
  }

  #error(): GraftError {
    const { dir } = this.#folder;
    const sentences = this.#problems.map((found) =>
      engineAdapterWords.inField({ file: found.file, field: found.field, problem: saidOf(found) }),
    );
    const problems = this.#problems.map(({ field }, index) => problemOf(field, sentences[index]));
    const [first] = this.#problems;
    const code = this.#problems.some((each) => each.code === 'invalid') ? 'invalid' : 'unsupported';
    const shown = sentences.slice(0, 5);
    const reason = engineAdapterWords.cannotBeUsed({ dir, problems: shown, more: sentences.length - shown.length });
    return new GraftError(code, reason, {
      file: first ? `${dir}/${first.file}` : dir,
      field: first?.field,
      problems,
      remedy: engineAdapterWords.takeMatching(),
    });
  }
}

function isNeutral(value: unknown, harmless: readonly unknown[] = []): boolean {
  if (value === null || value === undefined || value === false || value === '' || harmless.includes(value)) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function listed(names: readonly string[]): string | Said {
  return names.length > 3 ? coreWords.andMore({ names: names.slice(0, 3), more: names.length - 3 }) : names.join(', ');
}

/** Stands in for what could not be read until `finish` throws; empty, since the shape may be anything. */
function unread(shape: readonly number[]): HostTensor {
  return { shape, data: new Float32Array(0) };
}

function integersOf({ dtype, data }: PeftTensor): readonly (number | bigint)[] | undefined {
  const { buffer, byteOffset, byteLength } = aligned(data);
  if (dtype === 'U8') return [...new Uint8Array(buffer, byteOffset, byteLength)];
  if (dtype === 'I16') return [...new Int16Array(buffer, byteOffset, byteLength / 2)];
  if (dtype === 'I32') return [...new Int32Array(buffer, byteOffset, byteLength / 4)];
  if (dtype === 'I64') return [...new BigInt64Array(buffer, byteOffset, byteLength / 8)];
  return undefined;
}
