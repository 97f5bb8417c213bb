/** Every pair of an export and a reader: what is read, what it is held against, and how far it may differ. */
import { type Comparison, compareLogits, type Logits } from './compare.ts';
import type { Readers } from './environment.ts';
import type { Reader } from './Reader.ts';
import type { AdapterPlan, ExportKind, Subject } from './subjects.ts';
import { ggufIn, type Workshop } from './Workshop.ts';

export interface Pair {
  /** `family · adapter · export`. */
  readonly title: string;
  readonly reader: string;
  /** Of the difference. */
  readonly tolerance: number;
  readonly compare: () => Promise<Comparison>;
}

/** Float32 sums in another order; weights in sixteen and eight bits. */
const tolerances = { f32: 1e-3, f16: 2e-2, bf16: 5e-2, q8_0: 2e-1 } as const;

interface Bench {
  readonly workshop: Workshop;
  readonly readers: Readers;
  readonly subject: Subject;
}

export function pairsOf(bench: Bench): readonly Pair[] {
  return [...basePairs(bench), ...bench.subject.adapters.flatMap((plan) => adapterPairs(bench, plan))];
}

/** The folder that transformers reads, with the model in the data folder. */
function prepared({ workshop, subject }: Bench): Promise<string> {
  return workshop.once(`prepare ${subject.name}`, async () => subject.prepare(workshop));
}

async function baseGguf(bench: Bench, dtype: string): Promise<string> {
  await prepared(bench);
  return ggufIn(await bench.workshop.export(['model', bench.subject.name], ['gguf', '--dtype', dtype]));
}

function basePairs(bench: Bench): Pair[] {
  const { workshop, readers, subject } = bench;
  const { name, question } = subject;
  const ours = async (): Promise<Logits> => {
    await prepared(bench);
    return workshop.logits(name, null, question);
  };
  const pair = (what: string, reader: Reader, tolerance: number, read: () => Promise<Logits>): Pair => ({
    ...{ title: `${name} · base · ${what}`, reader: reader.name, tolerance },
    compare: async () => compareLogits(await read(), await ours()),
  });
  const gguf = (dtype: 'f32' | 'f16' | 'q8_0'): Pair =>
    pair(`gguf ${dtype}`, readers.llamaCpp, tolerances[dtype], async () =>
      readers.llamaCpp.logits({ model: await baseGguf(bench, dtype), ...question }),
    );
  const read = async (): Promise<Logits> => readers.peft.logits({ model: await prepared(bench), ...question });
  return [
    ...(subject.baseAnswers ? [pair('safetensors', readers.peft, tolerances.f32, read)] : []),
    ...subject.baseGgufs.map(gguf),
  ];
}

function adapterPairs(bench: Bench, plan: AdapterPlan): Pair[] {
  const made = plan.made.by === 'peft' ? [inPair(bench, plan)] : [];
  return [...made, ...plan.exports.flatMap((kind) => exportPairs[kind](bench, plan))];
}

const exportPairs: Readonly<Record<ExportKind, (bench: Bench, plan: AdapterPlan) => readonly Pair[]>> = {
  peft: (bench, plan) => [peftPair(bench, plan, bench.readers.peft, ['peft'])],
  older: (bench, plan) =>
    [bench.readers.peft, ...bench.readers.olderPeft].map((reader) =>
      peftPair(bench, plan, reader, ['peft', '--older-readers']),
    ),
  lora: (bench, plan) => [peftPair(bench, plan, bench.readers.peft, ['lora'])],
  truncated: (bench, plan) => [truncatedPair(bench, plan)],
  'gguf-lora': (bench, plan) => [ggufLoraPair(bench, plan)],
  merged: (bench, plan) => [mergedPair(bench, plan, 'f32')],
  'merged-rounded': (bench, plan) => [
    mergedPair(bench, plan, 'bf16'),
    mergedPair(bench, plan, 'f16'),
    mergedPair(bench, plan, 'f32', ['--shard-gigabytes', '0.00002']),
  ],
  'merged-gguf': (bench, plan) => [mergedGgufPair(bench, plan)],
};

/** What PEFT wrote, in our hands. */
function inPair(bench: Bench, plan: AdapterPlan): Pair {
  const { readers, subject } = bench;
  return pairOf(bench, plan, {
    ...{ what: 'import', reader: readers.peft, tolerance: tolerances.f32 },
    read: async (folder) => readers.peft.logits({ model: await prepared(bench), adapter: folder, ...subject.question }),
  });
}

function peftPair(bench: Bench, plan: AdapterPlan, reader: Reader, to: readonly string[]): Pair {
  return pairOf(bench, plan, {
    ...{ what: to.join(' '), reader, tolerance: tolerances.f32 },
    read: async () => {
      const adapter = await bench.workshop.export(['adapter', adapterName(bench, plan)], to);
      return reader.logits({ model: await prepared(bench), adapter, ...bench.subject.question });
    },
  });
}

/** What a smaller rank computes is not what the adapter does: the file is imported again, and held against that. */
function truncatedPair(bench: Bench, plan: AdapterPlan): Pair {
  const { workshop, readers, subject } = bench;
  const name = `${adapterName(bench, plan)}-truncated`;
  const compare = async (): Promise<Comparison> => {
    await folderOf(bench, plan);
    const adapter = await workshop.export(['adapter', adapterName(bench, plan)], ['lora', '--rank', '2']);
    await workshop.graft('adapter', 'import', adapter, '--model', subject.name, '--name', name);
    const found = await readers.peft.logits({ model: await prepared(bench), adapter, ...subject.question });
    return compareLogits(found, await workshop.logits(subject.name, name, subject.question));
  };
  return {
    title: `${subject.name} · ${plan.name} · lora --rank 2`,
    reader: readers.peft.name,
    tolerance: tolerances.f32,
    compare,
  };
}

function ggufLoraPair(bench: Bench, plan: AdapterPlan): Pair {
  const { workshop, readers, subject } = bench;
  const [ggufDtype = 'f32'] = subject.baseGgufs;
  return pairOf(bench, plan, {
    ...{ what: `gguf-lora on gguf ${ggufDtype}`, reader: readers.llamaCpp, tolerance: tolerances[ggufDtype] },
    read: async () => {
      const adapter = ggufIn(
        await workshop.export(['adapter', adapterName(bench, plan)], ['gguf-lora', '--dtype', 'f32']),
      );
      return readers.llamaCpp.logits({ model: await baseGguf(bench, ggufDtype), adapter, ...subject.question });
    },
  });
}

function mergedPair(
  bench: Bench,
  plan: AdapterPlan,
  dtype: 'f32' | 'bf16' | 'f16',
  flags: readonly string[] = [],
): Pair {
  const { workshop, readers, subject } = bench;
  return pairOf(bench, plan, {
    ...{ what: ['merged', dtype, ...flags].join(' '), reader: readers.peft, tolerance: tolerances[dtype] },
    read: async () => {
      const model = await workshop.export(
        ['adapter', adapterName(bench, plan)],
        ['merged', '--dtype', dtype, ...flags],
      );
      return readers.peft.logits({ model, ...subject.question });
    },
  });
}

function mergedGgufPair(bench: Bench, plan: AdapterPlan): Pair {
  const { workshop, readers, subject } = bench;
  return pairOf(bench, plan, {
    ...{ what: 'merged-gguf f16', reader: readers.llamaCpp, tolerance: tolerances.f16 },
    read: async () => {
      const model = ggufIn(
        await workshop.export(['adapter', adapterName(bench, plan)], ['merged-gguf', '--dtype', 'f16']),
      );
      return readers.llamaCpp.logits({ model, ...subject.question });
    },
  });
}

interface PairParts {
  readonly what: string;
  readonly reader: Reader;
  readonly tolerance: number;
  /** `folder`: of the adapter as PEFT wrote it. */
  readonly read: (folder: string) => Promise<Logits>;
}

function pairOf(bench: Bench, plan: AdapterPlan, { what, reader, tolerance, read }: PairParts): Pair {
  const { workshop, subject } = bench;
  const compare = async (): Promise<Comparison> => {
    const folder = await folderOf(bench, plan);
    const expected = await workshop.logits(subject.name, adapterName(bench, plan), subject.question);
    return compareLogits(await read(folder), expected);
  };
  return { title: `${subject.name} · ${plan.name} · ${what}`, reader: reader.name, tolerance, compare };
}

/** In our library; without white space. */
function adapterName({ subject }: Bench, { name }: AdapterPlan): string {
  return `${subject.name} ${name}`.toLowerCase().replace(/[^\w.]+/g, '-');
}

/** In our library, once; gives the folder that PEFT wrote, where it did. */
async function folderOf(bench: Bench, plan: AdapterPlan): Promise<string> {
  return bench.workshop.once(`make ${adapterName(bench, plan)}`, async () => makeAdapter(bench, plan));
}

async function makeAdapter(bench: Bench, plan: AdapterPlan): Promise<string> {
  const { workshop, readers, subject } = bench;
  const { question } = subject;
  const { made } = plan;
  const model = await prepared(bench);
  const name = adapterName(bench, plan);
  if (made.by === 'graft') {
    const settings =
      '--steps 3 --learning-rate 0.02 --batch-size 1 --accumulate 1 --max-length 24 --eval-split 0'.split(' ');
    await workshop.graft('train', '--model', subject.name, '--name', name, ...made.flags, ...settings);
    return '';
  }
  const dir = workshop.folder(`peft-${name}`);
  await readers.peft.ask({ do: 'makeAdapter', model, ...made, ...question, seed: 7, dir });
  await workshop.graft('adapter', 'import', dir, '--model', subject.name, '--name', name);
  return dir;
}
