/** Where special tokens go around one text or two: every `post_processor` of a tokenizer.json. */
import { isJsonObject } from '../tokenizerSource.ts';
import type { StepConfig } from './stepConfig.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

type Ids = readonly number[];

/** Ids of one text or of a pair become the ids of the whole, with special tokens. */
export type PostProcessor = (first: Ids, second?: Ids) => number[];

export const joinTexts: PostProcessor = (first, second = []) => [...first, ...second];

/** A token with its id, as `["[SEP]", 102]`. */
function tokenId(config: StepConfig, name: string): number {
  const pair = config.value(name);
  const id: unknown = Array.isArray(pair) ? pair[1] : undefined;
  if (typeof id !== 'number' || !Number.isInteger(id)) throw config.invalid(name, words.noTokenWithId());
  return id;
}

function bert(config: StepConfig): PostProcessor {
  const [start, end] = [tokenId(config, 'cls'), tokenId(config, 'sep')];
  return (first, second) => [start, ...first, end, ...(second === undefined ? [] : [...second, end])];
}

function roberta(config: StepConfig): PostProcessor {
  const [start, end] = [tokenId(config, 'cls'), tokenId(config, 'sep')];
  return (first, second) => [start, ...first, end, ...(second === undefined ? [] : [end, ...second, end])];
}

type Part = 'first' | 'second' | Ids;

function readPart(item: unknown, index: number, name: string, config: StepConfig): Part {
  const wrong = config.invalid(`${name}[${index}]`, words.noPiece());
  if (!isJsonObject(item)) throw wrong;
  const { Sequence: sequence, SpecialToken: special } = item;
  if (isJsonObject(sequence)) return sequence.id === 'A' ? 'first' : 'second';
  if (!isJsonObject(special)) throw wrong;
  return specialIds(String(special.id), config);
}

function specialIds(token: string, config: StepConfig): Ids {
  const specials = config.value('special_tokens');
  const entry = isJsonObject(specials) ? specials[token] : undefined;
  const ids: unknown = isJsonObject(entry) ? entry.ids : undefined;
  if (!Array.isArray(ids) || !ids.every((id) => Number.isInteger(id))) {
    throw config.invalid(`special_tokens[${JSON.stringify(token)}]`, words.noIds());
  }
  return ids.map(Number);
}

function readTemplate(config: StepConfig, name: string): readonly Part[] {
  const items = config.value(name);
  if (!Array.isArray(items)) throw config.invalid(name, words.noList());
  return items.map((item: unknown, index) => readPart(item, index, name, config));
}

function template(config: StepConfig): PostProcessor {
  const single = readTemplate(config, 'single');
  const pair = readTemplate(config, 'pair');
  const fill = (parts: readonly Part[], first: Ids, second: Ids): number[] =>
    parts.flatMap((part) => [...(part === 'first' ? first : part === 'second' ? second : part)]);
  return (first, second) => (second === undefined ? fill(single, first, []) : fill(pair, first, second));
}

/** Steps that only move offsets do nothing to ids. */
function inOrder(config: StepConfig): PostProcessor {
  const steps = config.steps('processors').filter(({ type }) => type !== 'ByteLevel');
  if (steps.length > 1) throw config.unsupported(words.severalSteps(), 'processors');
  const [step] = steps;
  return step === undefined ? joinTexts : createPostProcessor(step);
}

const kinds: ReadonlyMap<string, (config: StepConfig) => PostProcessor> = new Map<
  string,
  (config: StepConfig) => PostProcessor
>([
  ['Sequence', inOrder],
  ['ByteLevel', () => joinTexts],
  ['TemplateProcessing', template],
  ['BertProcessing', bert],
  ['RobertaProcessing', roberta],
]);

/** Throws GraftError: 'unsupported' names a kind that is not known, 'invalid' a field that is wrong. */
export function createPostProcessor(config: StepConfig): PostProcessor {
  const create = kinds.get(config.type);
  if (create === undefined) throw config.unsupported(words.postProcessor({ kind: config.type }));
  return create(config);
}
