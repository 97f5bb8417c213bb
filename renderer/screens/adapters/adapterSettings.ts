/**
 * What an adapter was trained with, flat and as text, and how two or more of them differ. A setting that one method has
 * and the other has not is a difference.
 */
import type { AdapterDetails } from '../../../main/contract/library.ts';
import type { RunConfiguration } from '../../../main/contract/entities.ts';
import { bytes, figure } from '../../lib/format.ts';

export type SettingGroup = 'result' | 'method' | 'training' | 'machine';

export interface Setting {
  readonly group: SettingGroup;
  /** A name of i18n/settingNames.ts, or of the words of this screen for results. */
  readonly name: string;
  readonly text: string;
}

export interface ComparedSetting {
  readonly group: SettingGroup;
  readonly name: string;
  /** One for each adapter; null where it has no such setting. */
  readonly texts: readonly (string | null)[];
  readonly differs: boolean;
}

/** Settings that say the same as another one beside them. */
const silent = new Set(['targets', 'learningRate', 'epochs', 'warmupRatio', 'samplePrompts']);

export function settingsOf(configuration: RunConfiguration | null): readonly Setting[] {
  if (configuration === null) return [];
  const { method, targets, training, backend, device, precision, threads, initAdapter } = configuration;
  const { learningRates, ...rest } = training;
  return [
    { group: 'method', name: 'method', text: method.id },
    ...entries('method', method.options),
    { group: 'method', name: 'targets', text: shownTargets(targets) },
    ...learningRateEntries(learningRates),
    ...entries('training', rest),
    ...entries('machine', { backend, device, precision, threads, initAdapter }),
  ];
}

/** Rows in the order in which the settings first appear. */
export function compareSettings(columns: readonly (readonly Setting[])[]): readonly ComparedSetting[] {
  const byKey = columns.map((settings) => new Map(settings.map((setting) => [keyOf(setting), setting.text])));
  const first = new Map<string, Setting>();
  for (const setting of columns.flat()) if (!first.has(keyOf(setting))) first.set(keyOf(setting), setting);
  return [...first.values()].map((setting) => {
    const texts = byKey.map((settings) => settings.get(keyOf(setting)) ?? null);
    return { group: setting.group, name: setting.name, texts, differs: new Set(texts).size > 1 };
  });
}

/** Results and settings of whole adapters. */
export function comparisonOf(adapters: readonly AdapterDetails[]): readonly ComparedSetting[] {
  return compareSettings(adapters.map((details) => [...resultsOf(details), ...settingsOf(details.adapter.lineage.configuration)]));
}

function resultsOf({ adapter, run, votes }: AdapterDetails): Setting[] {
  const best = bestStep(run?.evaluations ?? []);
  const results: readonly (readonly [string, string | null])[] = [
    ['evaluationLoss', adapter.evaluationLoss === null ? null : figure(adapter.evaluationLoss)],
    ['bestStep', best === null ? null : shownNumber(best)],
    ['trainedParameters', shownNumber(adapter.parameters)],
    ['stored', bytes(adapter.sizeBytes)],
    ['votes', votes.of === 0 ? null : `${votes.won} / ${votes.of}`],
  ];
  return results.flatMap(([name, text]) => (text === null ? [] : [{ group: 'result' as const, name, text }]));
}

/** `VeRA, rank 64` as parts: the method's id and its rank, if it has one. */
export function rankOf({ adapter }: AdapterDetails): number | null {
  const options = adapter.lineage.configuration?.method.options;
  const rank: unknown = options === undefined ? undefined : Reflect.get(options, 'rank');
  return typeof rank === 'number' ? rank : null;
}

/** The step whose adapter was kept: of the lowest evaluation loss. */
export function bestStep(evaluations: readonly { readonly step: number; readonly loss: number }[]): number | null {
  const measured = evaluations.filter(({ loss }) => Number.isFinite(loss));
  return (
    measured.reduce<{ step: number; loss: number } | null>((best, next) => (best === null || next.loss < best.loss ? next : best), null)
      ?.step ?? null
  );
}

const keyOf = ({ group, name }: Setting): string => `${group}.${name}`;

function entries(group: SettingGroup, values: object): Setting[] {
  return Object.entries(values)
    .filter(([name, value]) => !silent.has(name) && isWorthShowing(value))
    .map(([name, value]) => ({ group, name, text: shown(value) }));
}

function learningRateEntries(rates: Readonly<Record<string, number>>): Setting[] {
  return Object.entries(rates).map(([name, rate]) => ({
    group: 'training',
    name: name === 'default' ? 'learningRate' : `learningRate ${name}`,
    text: shown(rate),
  }));
}

function isWorthShowing(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function shown(value: unknown): string {
  if (typeof value === 'number') return shownNumber(value);
  if (typeof value === 'boolean') return value ? '✓' : '–';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return JSON.stringify(value);
}

function shownNumber(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential();
  return Number.isInteger(value) ? value.toLocaleString('en') : String(value);
}

/** Names of the modules without the layers they stand in, each once. */
function shownTargets(targets: readonly string[]): string {
  return [...new Set(targets.map((target) => target.split('.').at(-1) ?? target))].join(', ');
}
