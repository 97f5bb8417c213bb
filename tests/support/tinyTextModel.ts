/** The tiny Llama with a tokenizer of 64 characters, so that it takes and gives text. */
import { cpSync } from 'node:fs';
import { writeCharacterTokenizer } from './characterTokenizer.ts';
import { fixturePath } from './fixtures.ts';

const characters = ' abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,!?:;-\n';

/** Writes the model folder and gives it back. */
export function writeTinyTextModel(dir: string): string {
  cpSync(fixturePath('tiny_llama_base'), dir, { recursive: true });
  writeCharacterTokenizer(dir, { marks: ['<pad>', '<s>', '</s>'], characters, byteLevel: false });
  return dir;
}
