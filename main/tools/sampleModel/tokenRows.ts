/**
 * The corpus as rows of token ids with a loss mask: of every conversation the answer and the end of its turn count,
 * nothing else.
 */
import type { TokenRows } from '../../formats/tokenFile.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { drawRows } from './corpus.ts';
import type { CorpusRow, CorpusSize } from './corpus.ts';
import { endOfTurnId } from './sampleTokenizer.ts';
import type { Conversation } from './world/topic.ts';

interface Row {
  readonly ids: readonly number[];
  readonly lossMask: readonly (0 | 1)[];
}

export interface SplitRows {
  readonly train: TokenRows;
  readonly validation: TokenRows;
}

const validationEvery = 100;

const encode = (tokenizer: Tokenizer, text: string): readonly number[] =>
  tokenizer.encode(text, { addSpecialTokens: false });

/** Ids of a conversation, `untrained` of them before the answer. */
function conversationIds(
  { user, assistant }: Conversation,
  tokenizer: Tokenizer,
): { ids: readonly number[]; untrained: number } {
  const prompt = encode(tokenizer, `<|user|>${user}<|end|><|assistant|>`);
  return { ids: [...prompt, ...encode(tokenizer, assistant), endOfTurnId], untrained: prompt.length };
}

const systemIds = (system: string, tokenizer: Tokenizer): readonly number[] =>
  encode(tokenizer, `<|system|>${system}<|end|>`);

export function toRow({ system, conversations }: CorpusRow, tokenizer: Tokenizer): Row {
  const ids: number[] = system === undefined ? [] : [...systemIds(system, tokenizer)];
  const lossMask: (0 | 1)[] = ids.map(() => 0);
  for (const conversation of conversations) {
    const { ids: its, untrained } = conversationIds(conversation, tokenizer);
    for (const [index, id] of its.entries()) {
      ids.push(id);
      lossMask.push(index < untrained ? 0 : 1);
    }
  }
  return { ids, lossMask };
}

function packRows(rows: readonly Row[]): TokenRows {
  const length = rows.reduce((sum, { ids }) => sum + ids.length, 0);
  const packed = {
    ids: new Int32Array(length),
    lossMask: new Uint8Array(length),
    offsets: new Int32Array(rows.length + 1),
  };
  let position = 0;
  for (const [index, { ids, lossMask }] of rows.entries()) {
    packed.ids.set(ids, position);
    packed.lossMask.set(lossMask, position);
    position += ids.length;
    packed.offsets[index + 1] = position;
  }
  return packed;
}

/** Rows of at most `maxLength` tokens; one in a hundred is for validation. */
export function buildTokenRows(corpus: Omit<CorpusSize, 'lengthOf' | 'systemLength'>, tokenizer: Tokenizer): SplitRows {
  const size = {
    ...corpus,
    lengthOf: (conversation: Conversation) => conversationIds(conversation, tokenizer).ids.length,
    systemLength: (system: string) => systemIds(system, tokenizer).length,
  };
  const rows = Array.from(drawRows(size), (row) => toRow(row, tokenizer));
  const isValidation = (_: Row, index: number): boolean => index % validationEvery === validationEvery - 1;
  return {
    train: packRows(rows.filter((row, index) => !isValidation(row, index))),
    validation: packRows(rows.filter(isValidation)),
  };
}
