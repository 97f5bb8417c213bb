/** What *Which method?* shows, out of what methods and parts of training say of themselves. */
import { goals, type Goal } from '../../../main/methods/suits.ts';
import { callbacks, optimizers, procedures } from '../../../main/training/registry.ts';
import type { TrainingPart } from '../../../main/training/trainingPart.ts';
import type { MethodRow } from '../../lib/methodRows.ts';

export interface GoalGroup {
  readonly goal: Goal;
  readonly rows: readonly MethodRow[];
}

/** In the order of the goals; a goal that no method has is left out. */
export function groupRows(rows: readonly MethodRow[]): readonly GoalGroup[] {
  const byGoal = Map.groupBy(rows, ({ spec }) => spec.suits.goal);
  return (Object.keys(goals) as Goal[]).flatMap((goal) => {
    const own = byGoal.get(goal);
    return own === undefined ? [] : [{ goal, rows: own }];
  });
}

export interface PartGroup {
  readonly name: 'optimizers' | 'procedures' | 'callbacks';
  readonly parts: readonly { readonly part: TrainingPart; readonly methods: readonly string[] | null }[];
}

/** Each with the methods that it is for; null: all of them. */
export function partGroups(rows: readonly MethodRow[]): readonly PartGroup[] {
  const methodsOf = ({ needs }: TrainingPart): readonly string[] | null =>
    needs === undefined ? null : rows.flatMap(({ spec }) => (spec.pairs?.kind === needs ? [spec.title] : []));
  const group = (name: PartGroup['name'], parts: Readonly<Record<string, TrainingPart>>): PartGroup => ({
    name,
    parts: Object.values(parts).map((part) => ({ part, methods: methodsOf(part) })),
  });
  const groups = [group('optimizers', optimizers), group('procedures', procedures), group('callbacks', callbacks)];
  return groups.filter(({ parts }) => parts.length > 0);
}
