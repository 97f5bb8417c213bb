/**
 * The tiny Llama, or another tiny model, with a tokenizer of at most 64 ids (one per character) and any chat template:
 * a model that can be talked to.
 */
import { cpSync, readFileSync } from 'node:fs';
import { writeCharacterTokenizer } from '../support/characterTokenizer.ts';
import { fixturePath } from '../support/fixtures.ts';

const characters = 'ĠĊabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO0123456789.,!?:-()';

export const plainTemplate =
  "{% for message in messages %}{{ message['role'] }}:{{ message['content'] }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

export function writeTinyChatModel(
  dir: string,
  chatTemplate: string = plainTemplate,
  fixture = 'tiny_llama_base',
): string {
  cpSync(fixturePath(fixture), dir, { recursive: true });
  const { vocab_size: vocabSize } = JSON.parse(readFileSync(`${dir}/config.json`, 'utf8')) as {
    readonly vocab_size: number;
  };
  writeCharacterTokenizer(dir, {
    marks: ['<unk>', '<s>', '</s>'],
    hasUnknown: true,
    characters,
    byteLevel: true,
    vocabSize,
    chatTemplate,
  });
  return dir;
}
