/**
 * A byte-level tokenizer of any small size, as GGUF can hold it: three marks at the ids that the tiny models have for
 * them, then letters, space and line feed as their bytes.
 */
import { writeCharacterTokenizer } from './characterTokenizer.ts';

const characters = 'ĠĊetaoinshrdlcumwfgypbvkjxqzETAOINSHRDLCUMWFGYPBVKJXQZ.,!?:;-\'"()0123456789';

/** Into a model's folder. `vocabSize` up to 77. */
export function writeByteLevelTokenizer(dir: string, vocabSize: number): void {
  writeCharacterTokenizer(dir, { marks: ['<pad>', '<s>', '</s>'], characters, byteLevel: true, vocabSize });
}
