/** Reads the vocabularies of a tokenizer.json. */
import { isJsonObject } from '../tokenizerSource.ts';
import type { StepConfig } from './stepConfig.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

export const maxTokenId = 1 << 24;

/** Token to id. Throws GraftError('invalid') that names the first entry that is wrong. */
export function readVocabulary(config: StepConfig): ReadonlyMap<string, number> {
  const vocabulary = config.value('vocab');
  if (!isJsonObject(vocabulary)) throw config.invalid('vocab', words.isMissing());
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocabulary)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > maxTokenId) {
      throw config.invalid(`vocab[${JSON.stringify(token)}]`, words.noTokenId());
    }
    ids.set(token, id);
  }
  return ids;
}

/** The id of the token that stands for what is unknown. Throws GraftError('invalid') where the vocabulary lacks it. */
export function readUnknownId(config: StepConfig, ids: ReadonlyMap<string, number>, fallback?: string): number {
  const id = ids.get(config.text('unk_token', fallback));
  if (id === undefined) throw config.invalid('unk_token', words.notInVocabulary());
  return id;
}

/** SentencePiece's token for a byte, as `<0x0A>`. */
export const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Ids of the byte tokens of `text`, or undefined where the vocabulary lacks one of them. */
export function findByteIds(text: string, ids: ReadonlyMap<string, number>): readonly number[] | undefined {
  const found: number[] = [];
  for (const byte of Buffer.from(text, 'utf8')) {
    const id = ids.get(byteToken(byte));
    if (id === undefined) return undefined;
    found.push(id);
  }
  return found;
}
