/** Small tokenizers with the pipelines of many families, and what the Rust tokenizers make of many texts with them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createTokenizer } from '../../../main/tokenizers/tokenizerEngine.ts';
import type { JsonObject } from '../../../main/tokenizers/tokenizerSource.ts';
import type { Tokenizer } from '../../../main/tokenizers/tokenizer.ts';
import { fixturePath } from '../../support/fixtures.ts';

interface Family {
  readonly pipeline: JsonObject;
  /** Six hexadecimal digits for each text. */
  readonly special: string;
  readonly text: string;
}

export const texts = JSON.parse(readFileSync(fixturePath('tokenizer_texts.json'), 'utf8')) as readonly string[];

const families = JSON.parse(
  gunzipSync(readFileSync(fixturePath('tokenizer_pipelines.json.gz'))).toString('utf8'),
) as Readonly<Record<string, Family>>;

export const familyNames: readonly string[] = Object.keys(families);

export function family(name: string): Family {
  const found = families[name];
  if (found === undefined) throw new Error(`there is no pipeline ${name}`);
  return found;
}

export function tokenizerOf(
  pipeline: JsonObject,
  tokens: { readonly bosToken?: string; readonly eosToken?: string } = {},
): Tokenizer {
  const none = { bosToken: null, eosToken: null, padToken: null, stopTokenIds: [], chatTemplate: null };
  return createTokenizer({ file: 'tokenizer.json', pipeline, ...none, ...tokens });
}

/** As tests/fixtures/tokenizer_pipelines.py computes it. */
export function digestOf(tokenizer: Tokenizer, text: string, spellings: 'special' | 'text'): string {
  const ids = tokenizer.encode(text, { spellings });
  const alone = tokenizer.encode(text, { addSpecialTokens: false, spellings });
  const parts = [
    ids.join(','),
    alone.join(','),
    tokenizer.decode(ids),
    tokenizer.decode(ids, { skipSpecialTokens: true }),
  ];
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 6);
}
