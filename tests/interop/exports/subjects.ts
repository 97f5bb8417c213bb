/**
 * What is exported and read: SmolLM2 as a user gets it, and a tiny model of every decoder family; adapters that PEFT
 * made, whose trained tensors are all far from zero, and adapters that our own training made.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeByteLevelTokenizer } from '../../support/byteLevelTokenizer.ts';
import { type TinyEncoder, writeTinyEncoder } from '../../support/tinyEncoder.ts';
import type { Workshop } from './Workshop.ts';

/** What both sides are asked: the logits of tokens, or of an encoder the probabilities of so many labels for texts. */
export type Question =
  | { readonly ids: readonly (readonly number[])[] }
  | { readonly texts: readonly string[]; readonly labels: number };

export type ExportKind =
  | 'peft'
  | 'older'
  | 'lora'
  | 'truncated'
  | 'gguf-lora'
  | 'merged'
  | 'merged-rounded'
  | 'merged-gguf';

type PeftMethod = 'vera' | 'vblora' | 'lora' | 'miss';

export interface AdapterPlan {
  readonly name: string;
  /** Who makes it, with what. */
  readonly made:
    | {
        readonly by: 'peft';
        readonly method: PeftMethod;
        readonly options: Readonly<Record<string, unknown>>;
      }
    | { readonly by: 'graft'; readonly flags: readonly string[] };
  readonly exports: readonly ExportKind[];
}

export interface Subject {
  readonly name: string;
  readonly question: Question;
  /** Whether the base alone answers: an encoder may have no head. */
  readonly baseAnswers: boolean;
  readonly adapters: readonly AdapterPlan[];
  /** The Hugging Face folder that transformers reads; the model is in the data folder afterwards. */
  readonly prepare: (workshop: Workshop) => Promise<string>;
  /** How the base is written as GGUF; the first is what LoRA GGUFs are laid on. */
  readonly baseGgufs: readonly ('f32' | 'f16' | 'q8_0')[];
}

const everything = ['peft', 'lora', 'gguf-lora', 'merged', 'merged-gguf'] as const;
const peft = (method: PeftMethod, options: Readonly<Record<string, unknown>>) =>
  ({ by: 'peft', method, options }) as const;

function veraPlans(rank: number, linears: unknown): readonly AdapterPlan[] {
  const options = { r: rank, target_modules: linears, d_initial: 0.5 };
  return [
    { name: 'VeRA', made: peft('vera', options), exports: everything },
    {
      name: 'VeRA without projections',
      made: peft('vera', { ...options, save_projection: false, projection_prng_key: 42 }),
      exports: ['older'],
    },
  ];
}

/** The form bat has none as LoRA. */
function missPlans(linears: unknown): readonly AdapterPlan[] {
  const made = (form: object) => peft('miss', { r: 4, target_modules: linears, ...form });
  return [
    { name: 'MiSS', made: made({}), exports: everything },
    { name: 'MiSS, mini', made: made({ init_weights: 'mini', mini_r: 8 }), exports: ['peft', 'lora'] },
    { name: 'MiSS, bat', made: made({ init_weights: 'bat' }), exports: ['peft', 'merged', 'merged-gguf'] },
  ];
}

/** The two suffixes that patterns of the tiny models name. */
function plansOf({
  linears,
  patterned,
  vectorLength,
}: {
  readonly linears: unknown;
  readonly patterned: readonly [string, string];
  readonly vectorLength: number;
}) {
  const vblora = { r: 2, num_vectors: 12, vector_length: vectorLength, topk: 2, target_modules: linears };
  const [first, second] = patterned;
  const patterns = { rank_pattern: { [first]: 2, [second]: 6 }, alpha_pattern: { [first]: 5 } };
  return {
    vera: veraPlans(8, linears),
    vblora: { name: 'VB-LoRA', made: peft('vblora', vblora), exports: everything },
    topk: {
      name: 'VB-LoRA, top-k stored',
      made: peft('vblora', { ...vblora, save_only_topk_weights: true }),
      exports: ['peft', 'lora', 'gguf-lora'],
    },
    lora: {
      name: 'LoRA',
      made: peft('lora', { r: 4, lora_alpha: 8, target_modules: linears }),
      exports: [...everything, 'truncated', 'merged-rounded'],
    },
    patterns: {
      name: 'rsLoRA with patterns',
      made: peft('lora', { r: 4, lora_alpha: 8, use_rslora: true, target_modules: linears, ...patterns }),
      exports: ['peft', 'lora', 'gguf-lora', 'merged'],
    },
  } satisfies Record<string, AdapterPlan | readonly AdapterPlan[]>;
}

const llamaLinears = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const llamaPlans = plansOf({ linears: llamaLinears, patterned: ['q_proj', 'down_proj'], vectorLength: 8 });

interface Tiny {
  readonly adapters: readonly AdapterPlan[];
  readonly baseGgufs?: Subject['baseGgufs'];
  /** Where not that of the fixture. */
  readonly name?: string;
  readonly tokens?: number;
}

/** A fixture of the tests with a tokenizer that GGUF can hold. */
function tiny(fixture: string, { adapters, baseGgufs = ['f32'], name = fixture, tokens = 14 }: Tiny): Subject {
  const source = join(import.meta.dirname, '..', '..', 'fixtures', `arch_${fixture}`);
  const { vocab_size: vocabSize } = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8')) as {
    readonly vocab_size: number;
  };
  const ids = [Array.from({ length: tokens }, (_, place) => (7 * place + 5) % vocabSize)];
  const prepare = async (workshop: Workshop): Promise<string> => {
    const dir = workshop.folder(`model-${name}`);
    cpSync(source, dir, { recursive: true });
    writeByteLevelTokenizer(dir, vocabSize);
    await workshop.graft('model', 'import', dir, '--name', name);
    return dir;
  };
  return { name, question: { ids }, baseAnswers: true, adapters, prepare, baseGgufs };
}

const encoderLinears = ['query', 'key', 'value', 'attention.output.dense'];
const encoderExports = ['peft', 'lora', 'merged'] as const;

/** A fixture of the tests with a tokenizer and a head of three labels. */
function tinyEncoder(family: TinyEncoder): Subject {
  const prepare = async (workshop: Workshop): Promise<string> => {
    const dir = writeTinyEncoder(workshop.folder(`model-${family}`), family);
    await workshop.graft('model', 'import', dir, '--name', family);
    return dir;
  };
  const adapters = [
    {
      name: 'VeRA',
      made: peft('vera', { r: 8, target_modules: encoderLinears, d_initial: 0.5 }),
      exports: encoderExports,
    },
    {
      name: 'VB-LoRA',
      made: peft('vblora', { r: 2, num_vectors: 12, vector_length: 8, topk: 2, target_modules: encoderLinears }),
      exports: encoderExports,
    },
    {
      name: 'LoRA',
      made: peft('lora', { r: 4, lora_alpha: 8, target_modules: encoderLinears }),
      exports: encoderExports,
    },
  ];
  const question = { texts: ['the sun is out.', 'rain, rain and more rain', 'x'], labels: 3 };
  return { name: family, question, baseAnswers: true, adapters, prepare, baseGgufs: [] };
}

const phiPlans = plansOf({
  linears: ['qkv_proj', 'o_proj', 'gate_up_proj', 'down_proj'],
  patterned: ['o_proj', 'down_proj'],
  vectorLength: 8,
});
const gptPlans = plansOf({ linears: ['c_attn', 'c_fc', 'mlp.c_proj'], patterned: ['c_attn', 'c_fc'], vectorLength: 8 });
/** VeRA takes no layers of other shapes of weight than (out, in) in PEFT, so GPT-2 has it not. */
const gptAdapters = [gptPlans.lora, gptPlans.patterns];

interface TrainedPlan {
  readonly method: 'VeRA' | 'VB-LoRA' | 'LoRA';
  readonly dataset: string;
  readonly exports: readonly ExportKind[];
  readonly flags?: readonly string[];
}

const trained = ({ method, dataset, exports, flags = [] }: TrainedPlan): AdapterPlan => ({
  name: `${method} trained here`,
  made: { by: 'graft', flags: ['--dataset', dataset, '--method', method.toLowerCase().replace('-', ''), ...flags] },
  exports,
});

const smollm2: Subject = {
  name: 'smollm2',
  question: { ids: [[504, 3575, 282, 4649, 314, 7042, 30, 657, 314, 253, 1123, 2291]] },
  baseAnswers: true,
  adapters: [
    trained({
      method: 'VeRA',
      dataset: 'rows',
      exports: ['older', ...everything],
      flags: ['--rank', '16', '--targets', 'all-linear'],
    }),
    trained({
      method: 'VB-LoRA',
      dataset: 'rows',
      exports: ['peft', 'gguf-lora'],
      flags: ['--targets', 'q_proj,v_proj'],
    }),
    trained({
      method: 'LoRA',
      dataset: 'rows',
      exports: ['peft', 'gguf-lora'],
      flags: ['--rank', '4', '--targets', 'all-linear'],
    }),
  ],
  prepare: async (workshop) => {
    await workshop.graft('model', 'fetch', 'smollm2');
    const file = join(workshop.dir, 'rows.jsonl');
    const rows = ['The sea is grey and the ships are old.', 'Write softly, the night is listening.'].map((text) =>
      JSON.stringify({ text }),
    );
    writeFileSync(file, rows.join('\n'));
    await workshop.graft('dataset', 'import', file, '--name', 'rows');
    return workshop.export(['model', 'smollm2'], ['safetensors', '--dtype', 'f32']);
  },
  baseGgufs: ['f16', 'q8_0'],
};

const minilm: Subject = {
  name: 'minilm',
  question: {
    texts: ['My parcel never came.', 'I was charged twice for one order.', 'Can I change my address?'],
    labels: 3,
  },
  baseAnswers: false,
  adapters: (['VeRA', 'VB-LoRA', 'LoRA'] as const).map((method) =>
    trained({ method, dataset: 'letters', exports: encoderExports, flags: ['--head-learning-rate', '0.02'] }),
  ),
  prepare: async (workshop) => {
    await workshop.graft('model', 'fetch', 'minilm');
    const file = join(import.meta.dirname, '..', '..', '..', 'resources', 'sample-datasets', 'shop-letters.csv');
    await workshop.graft('dataset', 'import', file, '--name', 'letters');
    return workshop.export(['model', 'minilm'], ['safetensors', '--dtype', 'f32']);
  },
  baseGgufs: [],
};

/** llama.cpp takes no notice of Mistral's window: what it computes beyond it is another thing. */
const forPeft = (plan: AdapterPlan): AdapterPlan => ({
  ...plan,
  exports: plan.exports.filter((kind) => !kind.includes('gguf')),
});

export const subjects: readonly Subject[] = [
  tiny('llama3_rope', {
    adapters: [
      ...[...llamaPlans.vera, llamaPlans.vblora, llamaPlans.topk, llamaPlans.lora, llamaPlans.patterns],
      ...missPlans(llamaLinears),
    ],
    baseGgufs: ['f32', 'f16', 'q8_0'],
  }),
  tiny('mistral', { adapters: [llamaPlans.vera[0], llamaPlans.patterns] }),
  tiny('mistral_window', { adapters: [forPeft(llamaPlans.vera[0])], baseGgufs: [] }),
  ...['qwen2', 'qwen3', 'gemma2', 'gemma3'].map((name) =>
    tiny(name, { adapters: [llamaPlans.vera[0], llamaPlans.patterns] }),
  ),
  // llama.cpp leaves Phi's window out too, so no more tokens than it holds; and of a model called phi3 it wants Phi's
  // own marks.
  tiny('phi3', { adapters: [phiPlans.vera[0], phiPlans.patterns], name: 'phi', tokens: 6 }),
  tiny('gpt2', { adapters: gptAdapters }),
  tinyEncoder('bert'),
  tinyEncoder('roberta'),
  smollm2,
  minilm,
];
