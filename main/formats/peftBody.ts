/**
 * Adapters of a bare body (PEFT around AutoModel, without a head) name its layers without the body's own name:
 * `layers.0.self_attn.q_proj` of what is `model.layers.0.self_attn.q_proj` in the whole model. They are read by the
 * whole one's names.
 */
import type { ModelShape } from '../contract/families/family.ts';
import { getFamily } from '../contract/families/registry.ts';
import { allLinear } from '../contract/targets.ts';
import { modulePrefix } from '../methods/tensorSpec.ts';

interface Named<Tensor> {
  readonly config: Readonly<Record<string, unknown>>;
  /** By PEFT's keys. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The folder by the whole model's names; itself where it has them already. */
export function withBodyNames<Tensor, Folder extends Named<Tensor>>(
  folder: Folder & Named<Tensor>,
  shape: ModelShape,
): Folder {
  const paths = [...folder.tensors.keys()]
    .filter((key) => key.startsWith(modulePrefix))
    .map((key) => key.slice(modulePrefix.length));
  const body = missingBody(paths, shape);
  if (body === undefined) return folder;
  const rename = renamer(body, shape);
  const entries = [...folder.tensors].map(([key, tensor]): [string, Tensor] =>
    key.startsWith(modulePrefix) ? [modulePrefix + rename(key.slice(modulePrefix.length)), tensor] : [key, tensor],
  );
  return { ...folder, config: configOf(folder.config, body), tensors: new Map(entries) };
}

/** The same for paths of modules. */
export function withBodyPaths<Value>(
  layers: ReadonlyMap<string, Value>,
  shape: ModelShape,
): ReadonlyMap<string, Value> {
  const body = missingBody([...layers.keys()], shape);
  if (body === undefined) return layers;
  const rename = renamer(body, shape);
  return new Map([...layers].map(([path, value]) => [rename(path), value]));
}

/** The body's name, where the paths lack it and name layers that are there with it. */
function missingBody(paths: readonly string[], { linears }: ModelShape): string | undefined {
  const body = linears[0]?.name.split('.')[0];
  if (body === undefined || paths.some((path) => path.startsWith(`${body}.`))) return undefined;
  const bare = linears.map(({ name }) => name).filter((name) => name.startsWith(`${body}.`));
  return paths.some((path) =>
    bare.some((name) => path === name.slice(body.length + 1) || path.startsWith(`${name.slice(body.length + 1)}.`)),
  )
    ? body
    : undefined;
}

/** Parts of the body are moved under its name; a head stays where it is. */
function renamer(body: string, shape: ModelShape): (path: string) => string {
  const names = [...getFamily(shape.family).weightShapes(shape).keys()].filter((name) => name.startsWith(`${body}.`));
  const parts = new Set(names.map((name) => name.split('.')[1]));
  return (path) => (parts.has(path.split('.')[0]) ? `${body}.${path}` : path);
}

/** Lists of names hold by their ends; expressions for whole names need the body's. */
function configOf(config: Named<unknown>['config'], body: string): Named<unknown>['config'] {
  const ofField = (field: string, value: unknown): unknown => {
    if (field === 'rank_pattern' || field === 'alpha_pattern') return anchored(value, body);
    const isExpression = (field === 'target_modules' || field === 'exclude_modules') && typeof value === 'string';
    return isExpression && value !== '' && value.toLowerCase() !== allLinear ? `${body}\\.(?:${value})` : value;
  };
  return Object.fromEntries(Object.entries(config).map(([field, value]) => [field, ofField(field, value)]));
}

function anchored(pattern: unknown, body: string): unknown {
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  const entries = Object.entries(pattern).map(([key, value]) => [
    key.startsWith('^') ? `^${body}\\.${key.slice(1)}` : key,
    value as unknown,
  ]);
  return Object.fromEntries(entries) as unknown;
}
