/**
 * Adapters as rows, with an empty folder each so that the studio does not miss it: to be listed, searched, compared and
 * thrown away, never loaded. One that can be loaded is imported by seedStudio.ts.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import type { Adapter, Model } from '../../../../main/contract/entities.ts';
import type { AdapterLibrary } from '../../../../main/database/adapterLibrary.ts';
import type { AdapterRepository } from '../../../../main/database/adapters.ts';
import type { RunRepository } from '../../../../main/database/runs.ts';
import type { Chance } from './Chance.ts';
import type { SeededRun } from './seedRuns.ts';

export interface AdapterWorld {
  readonly adapters: AdapterRepository;
  readonly library: AdapterLibrary;
  readonly runs: RunRepository;
  readonly adaptersDir: string;
  readonly trashDir: string;
  readonly chance: Chance;
  readonly nowMs: number;
  readonly models: readonly Model[];
}

const dayMs = 86_400_000;
const voices = [
  'captain',
  'librarian',
  'gardener',
  'lighthouse',
  'baker',
  'referee',
  'notary',
  'station master',
  'ferryman',
  '司書',
  '編集者',
];
const manners = ['terse', 'warm', 'formal', 'playful', 'plain', 'patient', '丁寧'];
const tags = ['tone', 'support', 'draft', 'keep', 'demo', '日本語', 'short answers', 'customer', 'archive'];
const notes = [
  '',
  '',
  '',
  'Best of the sweep over ranks; answers stay short.',
  'Good on greetings, invents order numbers. Not for customers.',
  'Compared blind against the base with Mika and Jonas: 9 of 12.',
  '敬語が自然。長い質問では少し固い。',
  'Keep until the next dataset is ready.',
];

/** The result of a run that ended well, with its row pointing back. */
export function seedRunAdapter(
  { run, plan, best, trainableParameters, storedBytes }: SeededRun,
  world: AdapterWorld,
): Adapter {
  const { chance } = world;
  const createdAt = run.createdAt + 900_000;
  const adapter = makeAdapter(world, {
    ...{
      name: plan.name,
      method: plan.method,
      createdAt,
      parameters: trainableParameters,
      sizeBytes: storedBytes + 1_800,
    },
    ...{ modelId: run.modelId, evaluationLoss: best?.loss ?? null, note: chance.pick(notes), tags: pickTags(chance) },
    lineage: {
      ...{
        modelId: run.modelId,
        datasetId: run.datasetId,
        runId: run.id,
        configuration: run.configuration,
        codeVersion: '0.1.0',
      },
      ...{ modelHash: hashOf(run.modelId), datasetHash: hashOf(run.datasetId) },
    },
  });
  const { rank } = run.configuration.method.options as { readonly rank?: number };
  world.library.setRank(adapter.id, rank ?? null);
  world.runs.update(run.id, { adapterId: adapter.id });
  return adapter;
}

/** Some that came from elsewhere, with or without a base that is known; `trashed` of them lie in the trash. */
export function seedLooseAdapters(count: number, trashed: number, world: AdapterWorld): Adapter[] {
  const { chance, nowMs, models } = world;
  return Array.from({ length: count }, (_, index) => {
    const method = chance.pick(['vera', 'vera', 'vblora', 'lora', 'lora'] as const);
    const model = chance.pick(models);
    const isForeign = chance.isTrue(0.2);
    const parameters = method === 'vera' ? chance.int(8_000, 60_000) : chance.int(90_000, 900_000);
    return makeAdapter(world, {
      ...{
        name: `${chance.pick(voices)}, ${chance.pick(manners)} ${index + 1}`,
        method,
        parameters,
        sizeBytes: parameters * 4 + 2_000,
      },
      ...{ createdAt: Math.round(nowMs - dayMs * (2 + (index * 88) / count)), modelId: isForeign ? null : model.id },
      ...{
        evaluationLoss: isForeign ? null : chance.between(0.8, 2.6),
        note: chance.pick(notes),
        tags: pickTags(chance),
      },
      lineage: {
        ...{ modelId: isForeign ? null : model.id, modelHash: null, datasetId: null, datasetHash: null },
        ...{ runId: null, configuration: null, codeVersion: '0.1.0' },
      },
      ...(index < trashed && { trashedAt: nowMs - dayMs }),
    });
  });
}

type AdapterFacts = Omit<Adapter, 'id' | 'dir' | 'contentHash' | 'trashedAt'> & { readonly trashedAt?: number };

function makeAdapter({ adapters, adaptersDir, trashDir, chance }: AdapterWorld, facts: AdapterFacts): Adapter {
  const id = chance.id(facts.createdAt);
  const dir = facts.trashedAt === undefined ? join(adaptersDir, id) : join(trashDir, `adapter-${id}`);
  mkdirSync(dir, { recursive: true });
  const adapter: Adapter = { trashedAt: null, ...facts, id, dir, contentHash: hashOf(id) };
  adapters.save(adapter);
  return adapter;
}

function pickTags(chance: Chance): string[] {
  return [...new Set(Array.from({ length: chance.int(0, 3) }, () => chance.pick(tags)))];
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
