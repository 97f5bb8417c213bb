/**
 * llama.cpp as it is, through node-llama-cpp's public face: a base GGUF, alone or with a LoRA GGUF, keys and values in
 * float32. A process of its own, spoken to as reader.py is. First argument: node-llama-cpp's module.
 */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

interface Request {
  readonly model: string;
  readonly adapter?: string;
  readonly ids: readonly (readonly number[])[];
  readonly out: string;
}

type Logits = ReadonlyMap<number, number>;

interface Sequence {
  clearHistory(): Promise<void>;
  controlledEvaluate(
    input: readonly unknown[],
  ): Promise<readonly ({ readonly next: { readonly logits: Logits } } | undefined)[]>;
}

interface Context {
  getSequence(): Sequence;
  dispose(): Promise<void>;
}

interface Model {
  createContext(options: object): Promise<Context>;
  dispose(): Promise<void>;
}

interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<Model>;
}

const threads = Number(process.env.INTEROP_THREADS ?? 2);
const { getLlama } = (await import(pathToFileURL(process.argv[2]).href)) as {
  getLlama(options: object): Promise<Llama>;
};
let complaint = '';
const llama = await getLlama({
  ...{ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: threads, logLevel: 'error' },
  logger: (_level: string, message: string) => (complaint = message.trim()),
});

async function logits({ model: modelPath, adapter, ids, out }: Request): Promise<object> {
  const model = await llama.loadModel({ modelPath });
  const tokens = Math.max(...ids.map((row) => row.length));
  // A context that is full drops its beginning.
  const context = await model.createContext({
    ...{
      contextSize: tokens + 8,
      threads,
      flashAttention: false,
      experimentalKvCacheKeyType: 'F32',
      experimentalKvCacheValueType: 'F32',
    },
    ...(adapter !== undefined && { lora: { adapters: [{ filePath: adapter, scale: 1 }] } }),
  });
  try {
    const rows: Float32Array[] = [];
    const sequence = context.getSequence();
    for (const row of ids) {
      await sequence.clearHistory();
      const input = row.map((id) => [id, { generateNext: { logits: true } }]);
      for (const output of await sequence.controlledEvaluate(input))
        rows.push(dense(output?.next.logits ?? new Map<number, number>()));
    }
    const vocabulary = rows[0]?.length ?? 0;
    writeFileSync(out, Buffer.concat(rows.map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer))));
    return { shape: [ids.length, tokens, vocabulary] };
  } finally {
    await context.dispose();
    await model.dispose();
  }
}

function dense(values: Logits): Float32Array {
  const row = new Float32Array(values.size);
  for (const [id, logit] of values) row[id] = logit;
  return row;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await logits(JSON.parse(line) as Request).catch((error: unknown) => ({
    error: `${String(error)} ${complaint}`,
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
