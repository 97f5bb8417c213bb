/** The tiny encoders with a tokenizer of their size, one token for each letter, so that they take text. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturePath } from './fixtures.ts';

export type TinyEncoder = 'bert' | 'roberta';

const letters = Array.from('etaoinshrdlcumwfgypbvkjxqz');
const vocabularies: Readonly<Record<TinyEncoder, readonly string[]>> = {
  bert: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '.', ',', ...letters, ...letters.map((letter) => `##${letter}`)],
  roberta: [
    '<s>',
    '<pad>',
    '</s>',
    '<unk>',
    '<mask>',
    'Ġ',
    '.',
    ',',
    ...letters,
    ...letters.map((letter) => letter.toUpperCase()),
  ],
};
const specialTokens: Readonly<Record<TinyEncoder, object>> = {
  bert: { pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' },
  roberta: { pad_token: '<pad>', unk_token: '<unk>', cls_token: '<s>', sep_token: '</s>', mask_token: '<mask>' },
};

/** Labelled texts that a tiny encoder learns in some steps, as JSON Lines. */
export const weatherRows = ['sun', 'rain', 'sun sun', 'rain rain', 'a sun', 'a rain']
  .map((text) => JSON.stringify({ text, label: text.includes('sun') ? 'dry' : 'wet' }))
  .join('\n');

/** Writes the model folder, with a head of three labels, and gives it back. */
export function writeTinyEncoder(dir: string, family: TinyEncoder): string {
  cpSync(fixturePath(`arch_${family}_cls`), dir, { recursive: true });
  const pipeline = JSON.parse(readFileSync(fixturePath(`encoder_tokenizers/${family}/tokenizer.json`), 'utf8')) as {
    readonly model: object;
  };
  const vocab = Object.fromEntries(vocabularies[family].map((token, id) => [token, id]));
  const model = { ...pipeline.model, vocab, ...(family === 'roberta' && { merges: [] }) };
  writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify({ ...pipeline, model }));
  const config = { tokenizer_class: 'PreTrainedTokenizerFast', ...specialTokens[family] };
  writeFileSync(join(dir, 'tokenizer_config.json'), JSON.stringify(config));
  return dir;
}
