/**
 * What all stages of a run learned together, brought to a lower rank at its end: of every module the nearest product of
 * that rank (truncateProduct). As a state it is a past under a link that has learned nothing, so that it is measured by
 * the functions that the run has.
 */
import type { Compression } from '../../training/procedure.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { truncateProduct } from '../exports/truncateProduct.ts';
import type { HostState } from './checkpoint.ts';
import { adapterOf, weightsOf } from './hostState.ts';
import { flattenGroup } from './parameterPack.ts';
import { pastKey, withinRank } from './pastStages.ts';
import type { PreparedRun } from './prepareRun.ts';
import { groupKey } from './trainFunctions.ts';

export interface CompressedStages extends Compression {
  readonly weights: AdapterWeights;
  readonly state: HostState;
}

/** null where the procedure asks for none, or nothing is above that rank: the best step of the run was an early one. */
export function compressStages(run: PreparedRun, state: HostState, step: number): CompressedStages | null {
  const { pairs, groups, frame, method, parts } = run;
  const rank = parts.procedure.part.endRank?.(parts.procedure.options) ?? null;
  if (rank === null || !method.withStackedPairs) return null;
  const whole = adapterOf(run, state, step).trained;
  const from = Math.max(0, ...pairs.map(({ a }) => whole[a].shape[0]));
  if (from <= rank) return null;
  const cut = pairs.map((pair) => ({ ...pair, ...truncateProduct({ a: whole[pair.a], b: whole[pair.b] }, rank) }));
  const sumOf = (key: 'lost' | 'whole'): number => cut.reduce((sum, each) => sum + each[key] * each.scale ** 2, 0);
  const trained = pairs.flatMap(({ a, b }, at) => [
    [a, { ...whole[a], ...cut[at].a }] as const,
    [b, { ...whole[b], ...cut[at].b }] as const,
  ]);
  const last = weightsOf(groups, state, frame);
  const nothing = withinRank(pairs, last.trained, 0);
  const packs = groups
    .filter(({ tensors }) => tensors.some(({ name }) => name in nothing))
    .map((group) => [groupKey(group, 'parameters'), flattenGroup(group, nothing)] as const);
  const past = trained.map(([name, { data }]) => [pastKey(name), data] as const);
  return {
    ...{ from, rank, error: sumOf('whole') === 0 ? 0 : Math.sqrt(sumOf('lost') / sumOf('whole')) },
    weights: method.withStackedPairs(last, Object.fromEntries(trained)),
    state: { ...state, ...Object.fromEntries([...packs, ...past]) },
  };
}
