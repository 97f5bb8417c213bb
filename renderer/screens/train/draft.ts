/**
 * A training configuration while it is put together: only what the person gave, so that recommendations stay open. Its
 * text is a part of the address, which is what a reload comes back to.
 */
import { weightPrecisions } from '../../../main/contract/engine.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import type { TypedNumber } from '../../../main/contract/numberText.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { asTyped } from '../../components/training/unreadNumbers.ts';

export type Settings = Readonly<Record<string, unknown>>;

export interface Draft {
  readonly name: string;
  readonly model: string;
  readonly dataset: string;
  readonly evalDataset: string | undefined;
  readonly testDataset: string | undefined;
  readonly method: string;
  readonly methodOptions: Settings;
  readonly targets: TrainRequest['targets'];
  readonly training: Settings;
  readonly backend: TrainRequest['backend'];
  readonly device: TrainRequest['device'];
  readonly precision: TrainRequest['precision'];
  readonly threads: TypedNumber;
  readonly initAdapter: string | undefined;
}

export const defaultMethod = 'vera';

export const emptyDraft: Draft = {
  ...{
    name: '',
    model: '',
    dataset: '',
    method: defaultMethod,
    methodOptions: {},
    targets: undefined,
    training: {},
    backend: 'auto',
  },
  ...{
    evalDataset: undefined,
    testDataset: undefined,
    device: undefined,
    precision: undefined,
    threads: undefined,
    initAdapter: undefined,
  },
};

/** Out of another run, a file or the preferences; what is not known is left out, never guessed. */
export function draftOf(request: Readonly<Record<string, unknown>> | TrainRequest): Draft {
  const given: Readonly<Record<string, unknown>> = { ...request };
  const text = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
  const oneOf = <Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined =>
    choices.find((choice) => choice === given[name]);
  const method = Object.hasOwn(methodSpecs, text('method')) ? text('method') : defaultMethod;
  // A run's own targets are in its options where the request has none.
  const { targets: ownTargets, ...methodOptions } = settingsOf(given['methodOptions']);
  return {
    ...{ name: text('name'), model: text('model'), dataset: text('dataset'), method, methodOptions },
    evalDataset: text('evalDataset') || undefined,
    testDataset: text('testDataset') || undefined,
    targets: namesOf(given['targets'] ?? ownTargets),
    training: settingsOf(given['training']),
    backend: oneOf('backend', ['auto', 'tensorflow', 'wasm', 'cpu']) ?? 'auto',
    device: oneOf('device', ['cpu', 'cuda']),
    precision: oneOf('precision', weightPrecisions),
    threads: asTyped(given['threads']),
    initAdapter: text('initAdapter') || undefined,
  };
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
  const { name, model, dataset, evalDataset, testDataset, method, methodOptions, targets, training } = draft;
  const { backend, device, precision, threads, initAdapter } = draft;
  const prompts = training['samplePrompts'];
  const samplePrompts = Array.isArray(prompts)
    ? prompts.filter((prompt) => typeof prompt === 'string' && prompt.trim() !== '')
    : [];
  return {
    ...{ model, dataset, method, methodOptions, backend },
    training: samplePrompts.length === 0 ? without(training, 'samplePrompts') : { ...training, samplePrompts },
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(projectId === null ? {} : { projectId }),
    ...(evalDataset === undefined ? {} : { evalDataset }),
    ...(testDataset === undefined ? {} : { testDataset }),
    ...(targets === undefined ? {} : { targets }),
    ...(device === undefined ? {} : { device }),
    ...(precision === undefined ? {} : { precision }),
    ...(typeof threads === 'number' ? { threads } : {}),
    ...(initAdapter === undefined ? {} : { initAdapter }),
  };
}

/** Names in the address: what is chosen is readable, the changed settings are one JSON text. */
export function draftQuery(draft: Draft): Readonly<Record<'model' | 'dataset' | 'method' | 'set', string | null>> {
  const { model, dataset, method, ...rest } = draft;
  const isChanged = (value: unknown): boolean =>
    value !== undefined && value !== '' && value !== 'auto' && !(isRecord(value) && Object.keys(value).length === 0);
  const changed = Object.fromEntries(Object.entries(rest).filter(([, value]) => isChanged(value)));
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
