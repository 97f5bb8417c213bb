/**
 * Ids and decodings of our tokenizers against the Rust ones: small tokenizers with the pipelines of many families, on
 * many texts, with special tokens that a text spells as such and as ordinary text; and on every code point of Unicode.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTokenizer } from '../../../main/tokenizers/tokenizerEngine.ts';
import type { JsonObject } from '../../../main/tokenizers/tokenizerSource.ts';
import type { Tokenizer } from '../../../main/tokenizers/tokenizer.ts';
import { LineProgram } from '../LineProgram.ts';
import { providePython, textEnvironment, versionsIn } from '../pythonEnvironment.ts';
import type { Check, OpenSuite, Suite, Verdict } from '../Suite.ts';

const textsFile = join(import.meta.dirname, '../../fixtures/tokenizer_texts.json');
/** Together they use every set of characters that the steps know. */
const onEveryCodePoint = ['bert-uncased', 'qwen2', 'xlm-roberta', 'added-tokens', 'expressions'];

export const tokensSuite: Suite = {
  name: 'tokens',
  about: 'ids and decodings of many pipelines against the Rust tokenizers (a minute of pip)',
  columns: ['pipeline', 'texts', 'spelled special tokens are', 'differences'],
  open,
};

interface Row {
  readonly ids: readonly number[];
  readonly alone: readonly number[];
  readonly decoded: string;
  readonly skipped: string;
}

type Spellings = 'special' | 'text';

async function open(say: (line: string) => void): Promise<OpenSuite> {
  const python = providePython(textEnvironment, say);
  const folder = mkdtempSync(join(tmpdir(), 'graft-tokens-'));
  const { tokenizers } = versionsIn(python, ['tokenizers']);
  const rust = new LineProgram(`tokenizers ${tokenizers}`, {
    command: python,
    args: ['-B', join(import.meta.dirname, 'rust_tokenizers.py')],
  });
  const { names } = (await rust.ask({ make: folder, texts: textsFile, charsmaps: true })) as {
    readonly names: readonly string[];
  };
  const texts = JSON.parse(readFileSync(textsFile, 'utf8')) as readonly string[];
  const checkOf = (name: string, what: string, spellings: Spellings, some: () => readonly string[]): Check => ({
    subject: [name, what, spellings === 'special' ? 'special' : 'ordinary text'],
    run: () => compare(rust, join(folder, `${name}.json`), some(), spellings),
  });
  return {
    checks: [
      ...names.flatMap((name) =>
        (['special', 'text'] as const).map((rule) => checkOf(name, `${texts.length} texts`, rule, () => texts)),
      ),
      ...onEveryCodePoint.map((name) => checkOf(name, 'every code point', 'special', everyCodePoint)),
    ],
    close: () => {
      rust.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function compare(
  rust: LineProgram,
  file: string,
  texts: readonly string[],
  spellings: Spellings,
): Promise<Verdict> {
  const pipeline = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  const none = { bosToken: null, eosToken: null, padToken: null, stopTokenIds: [], chatTemplate: null };
  const ours = createTokenizer({ file, pipeline, ...none });
  const { rows } = (await rust.ask({ read: file, texts, special: spellings === 'special' })) as {
    readonly rows: readonly Row[];
  };
  const different = texts.filter(
    (text, index) => JSON.stringify(rowOf(ours, text, spellings)) !== JSON.stringify(rows[index]),
  );
  const first = different[0] === undefined ? '' : `, the first: ${JSON.stringify(different[0])}`;
  return { passed: different.length === 0, figures: [`${different.length}${first}`] };
}

function rowOf(tokenizer: Tokenizer, text: string, spellings: Spellings): Row {
  const ids = tokenizer.encode(text, { spellings });
  return {
    ids,
    alone: tokenizer.encode(text, { addSpecialTokens: false, spellings }),
    decoded: tokenizer.decode(ids),
    skipped: tokenizer.decode(ids, { skipSpecialTokens: true }),
  };
}

/** Each alone between letters, and behind a letter with a mark; sixteen of them a text. */
function everyCodePoint(): readonly string[] {
  const texts: string[] = [];
  for (let from = 0; from < 0x110000; from += 16) {
    if (from >= 0xd800 && from < 0xe000) continue;
    const characters = Array.from({ length: 16 }, (_, offset) => String.fromCodePoint(from + offset));
    texts.push(characters.map((character) => `a${character}b a\u0315${character}`).join(' '));
  }
  return texts;
}
