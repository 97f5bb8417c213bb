/**
 * A part of SmolLM2's vocabulary as GGUF metadata: every token and merge that the texts of smollm2_reference.json can
 * use, at its own id; the other ids hold placeholders.
 */
import { readFileSync } from 'node:fs';
import type { GgufValue } from '../../main/formats/gguf.ts';

interface VocabularyPart {
  readonly size: number;
  readonly control: readonly number[];
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly string[];
  readonly chat_template: string;
  readonly bos: number;
  readonly eos: number;
  readonly padding: number;
  readonly pre: string;
}

export interface SmolLM2Reference {
  readonly tokenize: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly chat: readonly {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly prompt: string;
  }[];
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
}

export function smollm2Reference(): SmolLM2Reference {
  return readFixture('smollm2_reference.json') as SmolLM2Reference;
}

export function smollm2Metadata(): Map<string, GgufValue> {
  const part = readFixture('smollm2_vocabulary.json') as VocabularyPart;
  const tokens = Array.from({ length: part.size }, (_, id) => `[placeholder ${id}]`);
  for (const [token, id] of Object.entries(part.vocab)) tokens[id] = token;
  const types = tokens.map((_, id) => (part.control.includes(id) ? 3 : 1));
  return new Map<string, GgufValue>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', part.pre],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.token_type', types],
    ['tokenizer.ggml.merges', part.merges],
    ['tokenizer.ggml.bos_token_id', part.bos],
    ['tokenizer.ggml.eos_token_id', part.eos],
    ['tokenizer.ggml.padding_token_id', part.padding],
    ['tokenizer.ggml.add_bos_token', false],
    ['tokenizer.chat_template', part.chat_template],
  ]);
}
