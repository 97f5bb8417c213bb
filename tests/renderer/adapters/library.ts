/** A library of made-up adapters behind the calls that its screen makes. */
import { sampleModel } from '../../database/sampleRows.ts';
import type { AdapterDetails, AdapterSummary } from '../../../main/contract/library.ts';
import type { RunConfiguration } from '../../../main/contract/entities.ts';
import type { GivenCalls } from '../support/testWindow.ts';

export function summary(index: number, others: Partial<AdapterSummary> = {}): AdapterSummary {
  return {
    ...{
      id: `a${index}`,
      name: `adapter ${index}`,
      method: 'vera',
      rank: 64,
      modelId: 'm1',
      modelName: 'SmolLM2',
      datasetName: 'tickets',
    },
    ...{
      sizeBytes: 265_000,
      parameters: 67_680,
      evaluationLoss: 1.4,
      tags: [],
      note: '',
      createdAt: index,
      trashedAt: null,
    },
    ...others,
  };
}

export function configuration(others: { readonly method?: object; readonly training?: object } = {}): RunConfiguration {
  return {
    method: { id: 'vera', options: { rank: 64, dropout: 0 }, ...others.method },
    targets: ['model.layers.0.self_attn.q_proj', 'model.layers.1.self_attn.q_proj'],
    training: {
      steps: 1000,
      batchSize: 4,
      learningRates: { default: 0.004 },
      seed: 0,
      samplePrompts: [],
      ...others.training,
    },
    ...{ backend: 'auto', precision: 'float32', threads: 2, initAdapter: null },
  } as unknown as RunConfiguration;
}

export function detailsOf(row: AdapterSummary, others: Partial<AdapterDetails> = {}): AdapterDetails {
  const lineage = {
    modelId: row.modelId,
    modelHash: null,
    datasetId: 'd1',
    datasetHash: null,
    runId: 'r1',
    configuration: configuration(),
    codeVersion: '1',
  };
  const { id, name, method, modelId, parameters, sizeBytes, evaluationLoss, note, tags, createdAt, trashedAt } = row;
  return {
    adapter: {
      ...{ id, name, method, modelId, parameters, sizeBytes, evaluationLoss, note, tags, createdAt, trashedAt },
      ...{ contentHash: 'cafe', dir: `/data/adapters/${id}`, lineage },
    },
    model: modelId === null ? null : sampleModel('/home', { id: modelId }),
    ...{
      dataset: null,
      run: null,
      exports: [],
      votes: { won: 0, of: 0 },
      promptFiles: [],
      replaced: [],
      options: null,
    },
    ...others,
  };
}

interface Library {
  rows: readonly AdapterSummary[];
}

/** Answers as the studio does, over `library.rows`, which calls change. */
export function libraryCalls(library: Library): GivenCalls {
  const withIds = (ids: readonly string[], changes: Partial<AdapterSummary>): null => {
    library.rows = library.rows.map((row) => (ids.includes(row.id) ? { ...row, ...changes } : row));
    return null;
  };
  const find = (id: string): AdapterSummary => library.rows.find((row) => row.id === id) ?? summary(0);
  return {
    adapters: {
      list: ({
        search = '',
        trashed = false,
        id,
        offset = 0,
        limit = 100,
      }: {
        search?: string;
        trashed?: boolean;
        id?: string;
        offset?: number;
        limit?: number;
      }) => {
        const isFound = (row: AdapterSummary): boolean =>
          row.name.includes(search) && (row.trashedAt !== null) === trashed;
        const found = library.rows.filter((row) => isFound(row) && (id === undefined || row.id === id));
        return { items: found.slice(offset, offset + limit), total: found.length, totalBytes: 265_000 * found.length };
      },
      facets: () => ({
        ...{ methods: [{ id: 'vera', count: 1 }], models: [], tags: [{ tag: 'voice', count: 1 }] },
        trashed: library.rows.filter((row) => row.trashedAt !== null).length,
      }),
      get: ({ id }: { id: string }) => detailsOf(find(id)),
      update: ({ id, ...changes }: { id: string } & Partial<AdapterSummary>) => withIds([id], changes),
      remove: ({ ids }: { ids: readonly string[] }) => withIds(ids, { trashedAt: 1 }),
      restore: ({ ids }: { ids: readonly string[] }) => withIds(ids, { trashedAt: null }),
      purge: ({ ids }: { ids: readonly string[] }) => {
        library.rows = library.rows.filter((row) => !ids.includes(row.id));
        return null;
      },
    },
    models: { list: () => [] },
  };
}
