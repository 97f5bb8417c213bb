/**
 * Fills a data folder with a studio as somebody would have it after some weeks: fictional, the same every time but for
 * the dates, written through the real services and repositories. Models, datasets and one adapter are real files; other
 * adapters, checkpoints and the second model are rows that nothing can load.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter, Dataset, Model } from '../../../main/contract/entities.ts';
import type { Studio } from '../../../main/contract/services.ts';
import { AdapterLibrary } from '../../../main/database/adapterLibrary.ts';
import { AdapterRepository } from '../../../main/database/adapters.ts';
import { ChatRepository } from '../../../main/database/chats.ts';
import { ChatVoteRepository } from '../../../main/database/chatVotes.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { layoutOf } from '../../../main/studio/dataFolder/dataFolder.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { writeSampleLora } from '../../support/sampleLora.ts';
import { writeTinyEncoder } from '../../support/tinyEncoder.ts';
import { Chance } from './seed/Chance.ts';
import { conversationTexts } from './seed/conversationTexts.ts';
import { glossaryWithGaps, supportReplies, unnamedColumns } from './seed/datasetFiles.ts';
import { fictionalModel } from './seed/fictionalModel.ts';
import { queuedPlans, runPlans } from './seed/runPlans.ts';
import { seedLooseAdapters, seedRunAdapter } from './seed/seedAdapters.ts';
import { seedConversation } from './seed/seedConversations.ts';
import { type RunWorld, seedRun } from './seed/seedRuns.ts';

export interface SeedOptions {
  readonly runs?: number;
  /** In the library and in the trash together. */
  readonly adapters?: number;
  /** With runs that wait: the first trains as soon as a studio is open. */
  readonly queue?: boolean;
  readonly nowMs?: number;
}

/** What the addresses of the screens need. */
export interface SeededStudio {
  readonly projectId: string;
  readonly modelId: string;
  readonly datasetIds: {
    readonly pirate: string;
    readonly facts: string;
    readonly support: string;
    readonly glossary: string;
    readonly letters: string;
  };
  readonly runIds: {
    readonly succeeded: string;
    readonly long: string;
    readonly failed: string;
    readonly interrupted: string;
    readonly cancelled: string;
    /** The first of the queue; empty without one. */
    readonly live: string;
    readonly queued: string;
    /** Of a sweep. */
    readonly others: readonly string[];
  };
  readonly adapterIds: { readonly ofRun: string; readonly loadable: string; readonly others: readonly string[] };
  readonly chatIds: {
    readonly branches: string;
    readonly compared: string;
    readonly code: string;
    readonly japanese: string;
    readonly failed: string;
  };
}

interface Material {
  readonly model: Model;
  readonly encoder: Model;
  readonly pirate: Dataset;
  readonly facts: Dataset;
  readonly support: Dataset;
  readonly glossary: Dataset;
  readonly letters: Dataset;
  readonly projectId: string;
  readonly otherProjectId: string;
  readonly loadable: Adapter;
}

const dayMs = 86_400_000;
const trashedAdapters = 6;

/** `home` must not be in use; what is in it already stays. */
export async function seedStudio(
  home: string,
  { runs = 40, adapters = 60, queue = false, nowMs = Date.now() }: SeedOptions = {},
): Promise<SeededStudio> {
  const material = await throughServices(home);
  const folder = layoutOf(home);
  const { database } = openDatabase({ file: folder.databaseFile });
  try {
    const chance = new Chance(4);
    const write = database.transaction(() => {
      const otherModel = addFictionalModel(new ModelRepository(database, home), folder.modelsDir, nowMs);
      backdate(material, nowMs, (table, id, at) =>
        database.prepare(`UPDATE ${table} SET created_at = ? WHERE id = ?`).run(at, id),
      );
      const world = worldOf(material, {
        runs: new RunRepository(database, home),
        runsDir: folder.runsDir,
        chance,
        nowMs,
      });
      const seeded = runPlans(runs).map((plan) => seedRun(plan, world));
      const library = {
        ...{
          adapters: new AdapterRepository(database, home),
          library: new AdapterLibrary(database),
          runs: world.runs,
          chance,
          nowMs,
        },
        ...{ adaptersDir: folder.adaptersDir, trashDir: folder.trashDir, models: [material.model, otherModel] },
      };
      const ofRuns = seeded.filter(({ plan }) => plan.state === 'succeeded').map((run) => seedRunAdapter(run, library));
      const loose = seedLooseAdapters(Math.max(0, adapters - ofRuns.length), trashedAdapters, library);
      const chats = seedChats(material, {
        chats: new ChatRepository(database),
        votes: new ChatVoteRepository(database),
        ofRuns,
        chance,
        nowMs,
      });
      const queuedIds = queue ? queuedPlans.map((plan) => seedRun(plan, world).run.id) : [];
      return { runIds: seeded.map(({ run }) => run.id), queuedIds, ofRuns, loose, chats };
    });
    return addressesOf(material, write.immediate());
  } finally {
    closeDatabase(database);
  }
}

async function throughServices(home: string): Promise<Material> {
  const files = mkdtempSync(join(tmpdir(), 'graft-seed-'));
  const studio = await openStudio({ home });
  try {
    const model = await studio.models.fetch('sample');
    const encoder = await studio.models.import(writeTinyEncoder(join(files, 'letters'), 'bert'), {
      name: 'letters, an encoder',
    });
    const [pirate, facts] = [
      await studio.datasets.importSample('pirate-replies'),
      await studio.datasets.importSample('plain-facts'),
    ];
    await studio.datasets.importSample('nature-notes');
    const letters = await studio.datasets.importSample('shop-letters');
    const removed = await studio.models.import(fixturePath('arch_gpt2'), { name: 'an older model, removed' });
    await studio.models.remove(removed.id);
    const support = await importText(studio, files, {
      file: 'support-replies.jsonl',
      name: 'support replies 返信',
      text: supportReplies(420),
    });
    const glossary = await importText(studio, files, {
      file: 'ship-glossary.csv',
      name: 'ship glossary',
      text: glossaryWithGaps(330),
    });
    const projectId = studio.projects.create('Pirate', model.id).id;
    const otherProjectId = studio.projects.create('Shop replies', model.id).id;
    const loadable = await studio.adapters.import(await writeSampleLora(join(files, 'waves')), {
      name: 'waves, made by hand',
      model: model.id,
    });
    studio.preferences.update({ firstRunDone: true, projectId });
    return { model, encoder, pirate, facts, support, glossary, letters, projectId, otherProjectId, loadable };
  } finally {
    await studio.close();
    rmSync(files, { recursive: true, force: true });
  }
}

/** A file that the import preview can be shown with; the caller deletes it. */
export function writeUnnamedColumns(dir: string): string {
  const file = join(dir, 'word-list.csv');
  writeFileSync(file, unnamedColumns(240));
  return file;
}

async function importText(
  studio: Studio,
  dir: string,
  { file, name, text }: { file: string; name: string; text: string },
): Promise<Dataset> {
  const path = join(dir, file);
  writeFileSync(path, text);
  return studio.datasets.import(path, { name });
}

function addFictionalModel(models: ModelRepository, modelsDir: string, nowMs: number): Model {
  const createdAt = nowMs - 20 * dayMs;
  const dir = join(modelsDir, 'rows-alone');
  mkdirSync(dir, { recursive: true });
  const model = fictionalModel({ id: new Chance(5).id(createdAt), dir, createdAt });
  models.insert(model);
  return model;
}

/** What the services have just made was there for weeks. */
function backdate(material: Material, nowMs: number, write: (table: string, id: string, at: number) => unknown): void {
  write('models', material.model.id, nowMs - 90 * dayMs);
  write('models', material.encoder.id, nowMs - 95 * dayMs);
  for (const [index, { id }] of [
    material.pirate,
    material.facts,
    material.support,
    material.glossary,
    material.letters,
  ].entries()) {
    write('datasets', id, nowMs - (80 - index * 13) * dayMs);
  }
  write('adapters', material.loadable.id, nowMs - 12 * dayMs);
}

function worldOf(material: Material, rest: Omit<RunWorld, 'material'>): RunWorld {
  const { model, pirate, facts, support, projectId, otherProjectId } = material;
  return {
    ...rest,
    material: {
      pirate: { model, dataset: pirate, projectId },
      facts: { model, dataset: facts, projectId },
      support: { model, dataset: support, projectId: otherProjectId },
    },
  };
}

interface ChatParts {
  readonly chats: ChatRepository;
  readonly votes: ChatVoteRepository;
  readonly ofRuns: readonly Adapter[];
  readonly chance: Chance;
  readonly nowMs: number;
}

function seedChats(material: Material, { chats, votes, ofRuns, chance, nowMs }: ChatParts): readonly string[] {
  const adapterIds = ofRuns.map(({ id }) => id);
  const world = { chats, votes, chance, projectId: material.projectId, modelId: material.model.id, adapterIds };
  return conversationTexts.map((text, index) =>
    seedConversation(text, Math.round(nowMs - (0.1 + index * 1.7) * dayMs), world),
  );
}

interface Written {
  readonly runIds: readonly string[];
  readonly queuedIds: readonly string[];
  readonly ofRuns: readonly Adapter[];
  readonly loose: readonly Adapter[];
  readonly chats: readonly string[];
}

function addressesOf(material: Material, { runIds, queuedIds, ofRuns, loose, chats }: Written): SeededStudio {
  const [succeeded = '', long = '', failed = '', , interrupted = '', cancelled = ''] = runIds;
  const [branches = '', compared = '', code = '', japanese = '', broken = ''] = chats;
  const [live = '', queued = ''] = queuedIds;
  const { pirate, facts, support, glossary, letters, loadable } = material;
  return {
    ...{ projectId: material.projectId, modelId: material.model.id },
    datasetIds: { pirate: pirate.id, facts: facts.id, support: support.id, glossary: glossary.id, letters: letters.id },
    runIds: { succeeded, long, failed, interrupted, cancelled, live, queued, others: runIds.slice(9, 12) },
    adapterIds: {
      ...{ ofRun: ofRuns[0]?.id ?? '', loadable: loadable.id },
      others: [...ofRuns.slice(1, 3), ...loose.slice(trashedAdapters, trashedAdapters + 2)].map(({ id }) => id),
    },
    chatIds: { branches, compared, code, japanese, failed: broken },
  };
}
