/** The methods as chooser and *Which method?* list them: facts for a model, counted once, and a search. */
import type { ModelShape } from '../../main/contract/families/family.ts';
import type { Translated } from '../../main/contract/words/words.ts';
import {
  exportsOf,
  isNearLora,
  isServed,
  type MethodFacts,
  methodFacts,
  type SizeQuestion,
} from '../../main/methods/methodFacts.ts';
import type { MethodSpec } from '../../main/methods/methodSpec.ts';
import { methodSpecs } from '../../main/methods/registry.ts';
import type { exportWords } from '../i18n/exports.ts';

/** Without a model nothing is refused, and nothing is counted. */
export interface MethodRow extends MethodFacts {
  readonly spec: MethodSpec;
  /** Ids of exports. */
  readonly exports: readonly string[];
  /** Its LoRA would be near and not exact. */
  readonly isNear: boolean;
  readonly isServed: boolean;
}

export interface RowsQuestion extends Pick<SizeQuestion, 'targets'> {
  /** Absent: no model is chosen yet, and nothing is counted. */
  readonly shape: ModelShape | undefined;
  /** Whose options were given. */
  readonly chosen?: { readonly id: string; readonly options: Readonly<Record<string, unknown>> };
}

const noFacts: MethodFacts = { refusal: null, size: null, leanBytes: null };

export const allMethods: readonly MethodSpec[] = Object.values(methodSpecs);

export function methodRows({ shape, targets, chosen }: RowsQuestion): readonly MethodRow[] {
  return allMethods.map((spec) => {
    const options = spec.id === chosen?.id ? chosen.options : {};
    return {
      spec,
      exports: exportsOf(spec, { shape, options }),
      isNear: isNearLora(spec, { options }),
      isServed: isServed(spec, { shape, options }),
      ...(shape ? factsFor({ spec, shape, targets, options }) : noFacts),
    };
  });
}

const mostKept = 500;
const counted = new WeakMap<ModelShape, Map<string, MethodFacts>>();

/** Tables of thousands of tensors: what was counted for a model is not counted again with every letter typed. */
function factsFor(question: SizeQuestion): MethodFacts {
  const { spec, shape, options = {}, targets = null } = question;
  const known = counted.get(shape) ?? new Map<string, MethodFacts>();
  if (known.size > mostKept) known.clear();
  counted.set(shape, known);
  const key = JSON.stringify([spec.id, options, targets]);
  const facts = known.get(key) ?? methodFacts(question);
  known.set(key, facts);
  return facts;
}

/** Every word of `text` in name, sentence or advice, in the window's language. */
export function findRows(rows: readonly MethodRow[], text: string, language: keyof Translated): readonly MethodRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ spec: { id, title, summary, suits } }) => {
    const said = [id, title, summary[language], suits.text[language]].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

export type RowOrder = 'trained' | 'stored' | null;

/** Smallest first where an order is asked for; what the model cannot have stands last in any case. */
export function orderRows(rows: readonly MethodRow[], by: RowOrder): readonly MethodRow[] {
  const figure = ({ size }: MethodRow): number =>
    (by === 'trained' ? size?.trained : (size?.storedBytes ?? Infinity)) ?? Infinity;
  const refused = ({ refusal }: MethodRow): number => (refusal ? 1 : 0);
  return rows.toSorted((a, b) => refused(a) - refused(b) || (by === null ? 0 : compare(figure(a), figure(b))));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

type ExportName = keyof typeof exportWords.en;

/**
 * Short names of exports, each once: a merged GGUF is `merged` as well, and Graft's own folder, which every adapter
 * has, is named where PEFT reads no form of it.
 */
export function shortExports(
  { exports, isNear }: Pick<MethodRow, 'exports' | 'isNear'>,
  t: Readonly<Record<ExportName, unknown>>,
): readonly string[] {
  const shown = exports.filter((id) => id !== 'graft' || !exports.includes('peft'));
  const nameOf = (id: string): string => t[`${id}Short` as ExportName] as string;
  return [...new Set(shown.map((id) => (id === 'lora' && isNear ? `≈ ${nameOf(id)}` : nameOf(id))))];
}
