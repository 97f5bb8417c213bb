/**
 * Which linear layers an adapter is for, by PEFT's rules: a list of names or dot-suffixes, one regular expression for
 * the whole name, or `all-linear`. Surprising: as in PEFT, a name written out in full is taken whatever
 * layersToTransform says.
 */
import { GraftError } from './errors.ts';
import type { LinearShape, ModelShape } from './families/family.ts';
import { fullMatch, parsePythonRegex } from './pythonRegex.ts';
import { targetWords as words } from './words/targets.ts';

export const allLinear = 'all-linear';

export interface TargetSpec {
  /** Names or suffixes, a regular expression, or `all-linear`. */
  readonly targets: readonly string[] | string;
  readonly excludeModules?: readonly string[] | string | null;
  /** Layer indices; null or empty: every layer. */
  readonly layersToTransform?: readonly number[] | null;
  /** Name of the list that holds the layers, where it is not the first numbered one. */
  readonly layersPattern?: readonly string[] | string | null;
}

/** Options that say which linear layers are adapted; null targets are the family's own. */
export interface TargetOptions {
  readonly targets: TargetSpec['targets'] | null;
  readonly excludeModules?: TargetSpec['excludeModules'];
  readonly layersToTransform: readonly number[] | null;
  readonly layersPattern: readonly string[] | string | null;
}

/** Whether a method with such options adapts linear layers; others have the whole model or its blocks. */
export function adaptsLayers<Options extends object>(options: Options): options is Options & TargetOptions {
  return 'targets' in options;
}

/** The layers that options name, all of them where they name none by their kind. Throws what matchTargets throws. */
export function targetedLayers(
  options: object,
  { linears, defaultTargets }: Pick<ModelShape, 'linears' | 'defaultTargets'>,
): readonly LinearShape[] {
  if (!adaptsLayers(options)) return linears;
  return matchTargets(linears, { ...options, targets: options.targets ?? defaultTargets });
}

/**
 * The layers that `spec` names, in forward order. Throws GraftError('invalid') when there is none, listing what there
 * is.
 */
export function matchTargets(linears: readonly LinearShape[], spec: TargetSpec): readonly LinearShape[] {
  checkCombination(spec);
  const isTarget = targetTest(spec);
  const isExcluded = nameTest(spec.excludeModules ?? [], 'excludeModules');
  const matched = linears.filter(({ name }) => !isExcluded(name) && isTarget(name));
  if (matched.length > 0) return matched;
  const suffixes = moduleSuffixes(linears);
  throw new GraftError('invalid', words.noLayer({ targets: JSON.stringify(spec.targets), suffixes }), {
    field: 'targets',
    suffixes,
    remedy: words.nameSome({ all: allLinear }),
  });
}

/** Last parts of the names, each once, in forward order: what a person names targets by. */
export function moduleSuffixes(linears: readonly LinearShape[]): readonly string[] {
  return [...new Set(linears.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)))];
}

function checkCombination({ targets, layersToTransform, layersPattern }: TargetSpec): void {
  const isPattern = typeof targets === 'string' && targets.toLowerCase() !== allLinear;
  if (isPattern && layersToTransform && layersToTransform.length > 0) {
    throw new GraftError('invalid', words.layersNeedList(), {
      field: 'layersToTransform',
    });
  }
  if (layersPattern && layersPattern.length > 0 && !layersToTransform) {
    throw new GraftError('invalid', words.patternNeedsLayers(), { field: 'layersPattern' });
  }
}

function targetTest(spec: TargetSpec): (name: string) => boolean {
  const { targets } = spec;
  const inLayers = layerTest(spec);
  if (typeof targets !== 'string') {
    const bySuffix = nameTest(targets, 'targets');
    return (name) => targets.includes(name) || (bySuffix(name) && inLayers(name));
  }
  return targets.toLowerCase() === allLinear ? inLayers : nameTest(targets, 'targets');
}

function nameTest(names: readonly string[] | string, field: string): (name: string) => boolean {
  if (typeof names !== 'string') return (name) => names.some((each) => name === each || name.endsWith(`.${each}`));
  const pattern = parsePythonRegex(names, field);
  return (name) => fullMatch(pattern, name);
}

/** The layer index is the first number after a dot-separated name, or after `layersPattern`. */
function layerTest({ layersToTransform, layersPattern }: TargetSpec): (name: string) => boolean {
  if (!layersToTransform || layersToTransform.length === 0) return () => true;
  const containers = typeof layersPattern === 'string' ? [layersPattern] : (layersPattern ?? []);
  const patterns =
    containers.filter(Boolean).length === 0
      ? [/^.*?\.[^.]*\.(\d+)\./]
      : containers.map(
          (each) => new RegExp(`^(?:|.*?\\.)${parsePythonRegex(each, 'layersPattern').source}\\.(\\d+)\\.`),
        );
  return (name) => {
    const index = patterns.map((pattern) => pattern.exec(name)?.at(-1)).find((each) => each !== undefined);
    return index !== undefined && layersToTransform.includes(Number(index));
  };
}
