/**
 * The tiny Llama as a GGUF whose matrices are in IQ4_NL, a type that llama.cpp alone reads; all their values are zero.
 */
import { join } from 'node:path';
import type { GgufEncoding } from '../../main/formats/ggufEncodings.ts';
import { ggufEncodings } from '../../main/formats/ggufEncodings.ts';
import { writeGguf } from '../../main/formats/ggufWriter.ts';
import type { GgufOutputField } from '../../main/formats/ggufWriter.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { temporaryDir } from './temporaryDir.ts';
import { tinyLlamaDir } from './tinyModel.ts';

const iq4: GgufEncoding = {
  ...{ name: 'IQ4_NL', typeId: 20, blockSize: 32, blockBytes: 18 },
  encode: (values) => new Uint8Array((values.length / 32) * 18),
};

/** `left`: names of GGUF tensors to leave out. */
export async function iq4Gguf({ vocabulary = true, left = [] as readonly string[] } = {}): Promise<string> {
  const { family, shape, config } = inspectModel(tinyLlamaDir);
  const tensors = [...family.weightShapes(shape)].map(([name, size]) => {
    const values = new Float32Array(size.reduce((product, each) => product * each, 1));
    const encoding = size.length === 2 ? iq4 : ggufEncodings.f32;
    return { name: family.ggufTensor(name, shape).name, encoding, shape: size, values: () => values };
  });
  const tokens = Array.from(
    { length: shape.vocabSize },
    (_, id) => (id < 3 ? ['<unk>', '<s>', '</s>'][id] : String.fromCodePoint(94 + id)) ?? '',
  );
  const words: readonly (readonly [string, GgufOutputField])[] = [
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: 'gpt-2' }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: tokens.map((_, id) => (id < 3 ? 3 : 1)) }],
    ['tokenizer.ggml.merges', { type: 'strings', value: [] }],
  ];
  const path = join(temporaryDir(), 'iq4.gguf');
  const metadata = new Map<string, GgufOutputField>([
    ...family.ggufMetadata(config, shape).metadata,
    ...(vocabulary ? words : []),
  ]);
  await writeGguf(path, { metadata, tensors: tensors.filter(({ name }) => !left.includes(name)) });
  return path;
}
