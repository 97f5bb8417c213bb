/**
 * A training configuration while it is put together: only what the person gave, so that recommendations stay open. Its
 * text is a part of the address, which is what a reload comes back to.
 */
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { TypedNumber } from '../../../main/contract/numberText.ts';
import { configurationSchema, defaultMethod, type TrainRequest } from '../../../main/contract/trainRequest.ts';
import { type FieldKind, type SchemaField, schemaFields } from '../../components/training/schemaFields.ts';
import { asTyped } from '../../components/training/unreadNumbers.ts';

export type Settings = Readonly<Record<string, unknown>>;

type Asked = Omit<TrainRequest, 'projectId' | 'name' | 'threads' | 'methodOptions' | 'training'>;

/** Every field of the request; numbers as they are typed. */
export type Draft = { readonly [Field in keyof Required<Asked>]: Asked[Field] } & {
  readonly name: string;
  readonly threads: TypedNumber;
  readonly methodOptions: Settings;
  readonly training: Settings;
};

const fields = schemaFields(configurationSchema);

/** Texts that a form shows in any case are empty, other fields are open or as their schema has them. */
export const emptyDraft: Draft = {
  ...(Object.fromEntries(fields.map(({ name, fallback }) => [name, fallback])) as Draft),
  ...{ name: '', model: '', dataset: '', method: defaultMethod },
};

/** What a field takes of a value from elsewhere; undefined: nothing. */
const readers: Partial<Readonly<Record<FieldKind, (value: unknown, field: SchemaField) => unknown>>> = {
  text: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  choice: (value, { choices }) => choices.find((choice) => choice === value),
  number: asTyped,
  names: namesOf,
  switch: (value) => (typeof value === 'boolean' ? value : undefined),
  record: (value) => (isRecord(value) ? value : undefined),
};

/** Out of another run, a file or the preferences; what is not known is left out, never guessed. */
export function draftOf(request: Readonly<Record<string, unknown>> | TrainRequest): Draft {
  const given: Readonly<Record<string, unknown>> = { ...request };
  // A run's own targets are in its options where the request has none.
  const { targets: ownTargets, ...methodOptions } = settingsOf(given['methodOptions']);
  const known: Settings = { ...given, methodOptions, targets: given['targets'] ?? ownTargets };
  const read = fields.map((field) => [field.name, readers[field.kind]?.(known[field.name], field)] as const);
  const draft = { ...emptyDraft, ...Object.fromEntries(read.filter(([, value]) => value !== undefined)) };
  return Object.hasOwn(methodSpecs, draft.method) ? draft : { ...draft, method: defaultMethod };
}

/** Whether nothing but model and dataset differs from an empty form. */
export function isUntouched(draft: Draft): boolean {
  const bare = { ...draft, model: '', dataset: '' };
  return JSON.stringify(draftQuery(bare)) === JSON.stringify(draftQuery(emptyDraft));
}

/**
 * What the studio is asked to plan and to start: of a draft without texts where numbers belong (formFields'
 * unreadPaths).
 */
export function requestOf(draft: Draft, projectId: string | null): TrainRequest {
  const { name, threads, training, ...others } = draft;
  const prompts = training['samplePrompts'];
  const samplePrompts = Array.isArray(prompts)
    ? prompts.filter((prompt) => typeof prompt === 'string' && prompt.trim() !== '')
    : [];
  return {
    ...others,
    targets: takesTargets(draft.method) ? draft.targets : undefined,
    training: samplePrompts.length === 0 ? without(training, 'samplePrompts') : { ...training, samplePrompts },
    name: name.trim() || undefined,
    threads: typeof threads === 'number' ? threads : undefined,
    projectId: projectId ?? undefined,
  };
}

/** Others have all layers; what was chosen stays in the draft for a method that takes it. */
export function takesTargets(method: string): boolean {
  return 'targets' in (methodSpecs[method]?.options.shape ?? {});
}

/** Names in the address: what is chosen is readable, the changed settings are one JSON text. */
export function draftQuery(draft: Draft): Readonly<Record<'model' | 'dataset' | 'method' | 'set', string | null>> {
  const { model, dataset, method, ...rest } = draft;
  const isOpen = ([field, value]: readonly [string, unknown]): boolean =>
    JSON.stringify(value) === JSON.stringify(emptyDraft[field as keyof Draft]);
  const changed = Object.fromEntries(Object.entries(rest).filter((entry) => !isOpen(entry)));
  return {
    ...{ model: model || null, dataset: dataset || null, method },
    set: Object.keys(changed).length === 0 ? null : JSON.stringify(changed),
  };
}

/** Undefined where the address says nothing of settings. */
export function draftOfQuery(query: URLSearchParams): Draft | undefined {
  const method = query.get('method');
  if (method === null && query.get('set') === null) return undefined;
  const chosen = { model: query.get('model') ?? '', dataset: query.get('dataset') ?? '', method };
  return draftOf({ ...parseSettings(query.get('set')), ...chosen });
}

export function withSetting(settings: Settings, name: string, value: unknown): Settings {
  return value === undefined ? without(settings, name) : { ...settings, [name]: value };
}

function without(settings: Settings, name: string): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => key !== name));
}

/** An address can be cut off or written by hand. */
function parseSettings(text: string | null): Settings {
  if (text === null) return {};
  try {
    return settingsOf(JSON.parse(text));
  } catch {
    return {}; // not ours: the form starts from what else is known
  }
}

function settingsOf(value: unknown): Settings {
  return isRecord(value) ? value : {};
}

function namesOf(value: unknown): TrainRequest['targets'] {
  if (typeof value === 'string' && value !== '') return value;
  return Array.isArray(value) && value.every((each) => typeof each === 'string') && value.length > 0
    ? value
    : undefined;
}

function isRecord(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
