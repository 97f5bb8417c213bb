/**
 * What a person compares methods by, for one model: whether it can be trained, how much is learned and stored, where
 * the result can go. All of it follows from spec, capabilities and exports: chooser, page and command line say the
 * same, and a new method has it by its line of the registry.
 */
import { GraftError, saidOf } from '../contract/errors.ts';
import { hasGgufForm } from '../contract/exports/exportSpec.ts';
import { adapterExports } from '../contract/exports/registry.ts';
import type { ModelShape } from '../contract/families/family.ts';
import { targetedLayers } from '../contract/targets.ts';
import type { TrainRequest } from '../contract/trainRequest.ts';
import { targetWords } from '../contract/words/targets.ts';
import type { Said } from '../contract/words/words.ts';
import { asTargeted, type Capabilities, capabilitiesWith, isForKind, type MethodSpec } from './methodSpec.ts';
import { countStoredBytes, countTrained } from './tensorSpec.ts';

export interface MethodSize {
  /** Of tensor data in the adapter's file, without a classification head. */
  readonly storedBytes: number;
  readonly trained: number;
}

export interface SizeQuestion {
  readonly spec: MethodSpec;
  readonly shape: ModelShape;
  /** Only what was given; absent: defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Of methods that take them. */
  readonly targets?: TrainRequest['targets'];
}

export interface MethodFacts {
  /** Why the model cannot be trained with it, whatever is chosen; null where it can. */
  readonly refusal: string | Said | null;
  /** null where it is refused, or where the options do not hold. */
  readonly size: MethodSize | null;
  /**
   * Bytes of a file with `smallerFile` or `leanOptions` of the method: without what a reader draws again from a seed,
   * or at a cost. null where there is no smaller one, or it is that already.
   */
  readonly leanBytes: number | null;
}

export interface Whereabouts {
  readonly shape?: Pick<ModelShape, 'encoder'> | undefined;
  /** Only what was given. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Counted as the engine will write it. */
export function methodFacts(question: SizeQuestion): MethodFacts {
  const refusal = refusalOf(question);
  const size = refusal === null ? methodSize(question) : null;
  const { spec, options } = question;
  const leanOptions = spec.smallerFile?.options ?? capabilitiesFor(spec, options).leanOptions;
  if (size === null || leanOptions === null) return { refusal, size, leanBytes: null };
  const lean = methodSize({ ...question, options: { ...question.options, ...leanOptions } });
  const isSmaller = lean !== null && lean.storedBytes < size.storedBytes;
  return { refusal, size, leanBytes: isSmaller ? lean.storedBytes : null };
}

/** null where the options do not hold: the form says what is wrong with them. */
export function methodSize(question: SizeQuestion): MethodSize | null {
  const tried = tryOut(question);
  if (tried === null || tried.problems.length > 0) return null;
  const tensors = question.spec.tensors(tried.options, tried.layers, question.shape);
  return { storedBytes: countStoredBytes(tensors), trained: countTrained(tensors) };
}

/** Of the method for this model, not of some of its options: what `check` says of the field `method`. */
function refusalOf({ spec, shape }: SizeQuestion): MethodFacts['refusal'] {
  if (!isForKind(spec, shape)) return shape.encoder ? targetWords.notForEncoders() : targetWords.encodersAlone();
  const problem = tryOut({ spec, shape })?.problems.find(({ field }) => field === 'method');
  return problem === undefined ? null : saidOf(problem);
}

function tryOut({ spec, shape, options = {}, targets }: SizeQuestion) {
  const takesTargets = targets !== undefined && 'targets' in spec.options.shape;
  const parsed = spec.options.safeParse(takesTargets ? { ...options, targets } : options);
  if (!parsed.success) return null;
  try {
    const layers = targetedLayers(parsed.data, asTargeted(spec, shape));
    const fitted = spec.fit?.(parsed.data, layers, Object.keys(options), shape) ?? parsed.data;
    return { options: fitted, layers, problems: spec.check(fitted, layers, shape) };
  } catch (error) {
    if (error instanceof GraftError) return null;
    throw error;
  }
}

/** Where an adapter of it can go, as ids of exports; without a shape: of any model that it is for. */
export function exportsOf(spec: MethodSpec, { shape, options }: Whereabouts = {}): readonly string[] {
  const method = { title: spec.title, capabilities: capabilitiesFor(spec, options) };
  const hasGguf = shape === undefined ? !spec.encodersAlone : hasGgufForm(shape);
  return adapterExports.flatMap((each) => (each.refusal({ method, hasGguf }) === undefined ? [each.id] : []));
}

/** Whether the server answers with its adapters beside others; encoders it has none. */
export function isServed(spec: MethodSpec, { shape, options }: Whereabouts = {}): boolean {
  return capabilitiesFor(spec, options).servable !== 'none' && shape?.encoder === undefined;
}

/** Whether its form as LoRA is near and not exact, which the export measures and says. */
export function isNearLora(spec: MethodSpec, { options }: Pick<Whereabouts, 'options'> = {}): boolean {
  return capabilitiesFor(spec, options).plainLora === 'approximate';
}

/** Options that do not hold count as none. */
function capabilitiesFor(spec: MethodSpec, given: Whereabouts['options'] = {}): Capabilities {
  const parsed = spec.options.safeParse(given);
  return capabilitiesWith(spec, parsed.success ? parsed.data : spec.options.parse({}));
}
