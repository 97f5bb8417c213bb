/**
 * Results and settings of adapters, and how those of two or more differ. A setting that one method has and the other
 * has not is a difference.
 */
import type { RunConfiguration } from '../../../main/contract/entities.ts';
import type { AdapterDetails } from '../../../main/contract/library.ts';
import { type SettingRow, settingRows } from '../../components/training/settingRows.ts';
import { bytes, figure } from '../../lib/format.ts';

export const settingGroups = ['result', 'method', 'training', 'machine'] as const;
export type SettingGroup = (typeof settingGroups)[number];

export interface Setting extends SettingRow {
  readonly group: SettingGroup;
}

export interface ComparedSetting {
  readonly group: SettingGroup;
  readonly name: string;
  /** One for each adapter; undefined where it has no such setting. */
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

const machineNames = new Set(['backend', 'device', 'precision', 'threads', 'initAdapter']);

/** Empty where nothing is known: an imported adapter. */
export function settingsOf(configuration: RunConfiguration | null): readonly Setting[] {
  if (configuration === null) return [];
  const methodNames = new Set(['method', 'targets', ...Object.keys(configuration.method.options)]);
  const groupOf = (name: string): SettingGroup =>
    methodNames.has(name) ? 'method' : machineNames.has(name) ? 'machine' : 'training';
  return settingRows(configuration)
    .filter(({ name, value }) => name !== 'samplePrompts' && isSaying(value))
    .map((row) => ({ ...row, group: groupOf(row.name) }));
}

/** Rows in the order in which the settings first appear. */
export function compareSettings(columns: readonly (readonly Setting[])[]): readonly ComparedSetting[] {
  const byName = columns.map((settings) => new Map(settings.map(({ name, value }) => [name, value])));
  const first = new Map<string, Setting>();
  for (const setting of columns.flat()) if (!first.has(setting.name)) first.set(setting.name, setting);
  return [...first.values()].map(({ group, name }) => {
    const values = byName.map((settings) => settings.get(name));
    return { group, name, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}

/** Results and settings of whole adapters. */
export function comparisonOf(adapters: readonly AdapterDetails[]): readonly ComparedSetting[] {
  return compareSettings(
    adapters.map((details) => [...resultsOf(details), ...settingsOf(details.adapter.lineage.configuration)]),
  );
}

export function rankOf({ adapter }: AdapterDetails): number | null {
  const options = adapter.lineage.configuration?.method.options;
  const rank: unknown = options === undefined ? undefined : Reflect.get(options, 'rank');
  return typeof rank === 'number' ? rank : null;
}

/** The step of the lowest evaluation loss. */
export function bestStep(evaluations: readonly { readonly step: number; readonly loss: number }[]): number | null {
  const measured = evaluations.filter(({ loss }) => Number.isFinite(loss));
  const lowest = Math.min(...measured.map(({ loss }) => loss));
  return measured.find(({ loss }) => loss === lowest)?.step ?? null;
}

function resultsOf({ adapter, run, votes }: AdapterDetails): Setting[] {
  const results = {
    evaluationLoss: adapter.evaluationLoss === null ? null : figure(adapter.evaluationLoss),
    bestStep: bestStep(run?.evaluations ?? []),
    trainedParameters: adapter.parameters.toLocaleString('en'),
    stored: bytes(adapter.sizeBytes),
    votes: votes.of === 0 ? null : `${votes.won} / ${votes.of}`,
  };
  return Object.entries(results).flatMap(([name, value]) =>
    value === null ? [] : [{ group: 'result' as const, name, value }],
  );
}

/** An empty record or list says nothing. */
function isSaying(value: unknown): boolean {
  return typeof value !== 'object' || (value !== null && Object.keys(value).length > 0);
}
