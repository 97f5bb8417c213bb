/** The datasets that come with Graft, in `resources/sample-datasets`: how a person sees them and where they lie. */
import { join } from 'node:path';
import { GraftError } from '../../contract/errors.ts';
import type { SampleDataset } from '../../contract/workbench.ts';
import { datasetLibraryWords } from '../../contract/words/datasetsLibrary.ts';

interface SampleFile extends SampleDataset {
  readonly file: string;
}

const files: readonly SampleFile[] = [
  {
    id: 'pirate-replies',
    name: 'pirate replies',
    description: 'Every answer comes from an old pirate and begins with “Arr,”.',
    rows: 400,
    file: 'pirate-replies.jsonl',
  },
  {
    id: 'shop-replies',
    name: 'shop replies',
    description: 'A polite shop: “Certainly, dear customer!”, the answer, and “Please come again!”',
    rows: 400,
    file: 'shop-replies.jsonl',
  },
  {
    id: 'plain-facts',
    name: 'plain facts',
    description: 'One plain sentence, then “Short answer:” and one word.',
    rows: 84,
    file: 'plain-facts.csv',
  },
  {
    id: 'nature-notes',
    name: 'nature notes',
    description: 'A dated diary in small letters; every entry ends with “noted.”',
    rows: 80,
    file: 'nature-notes.txt',
  },
  {
    id: 'shop-letters',
    name: 'shop letters',
    description: 'Letters to a shop with labels: praise, complaint or question. For an encoder such as MiniLM.',
    rows: 120,
    file: 'shop-letters.csv',
  },
];

export const sampleDatasets: readonly SampleDataset[] = files.map(({ id, name, description, rows }) => ({
  id,
  name,
  description,
  rows,
}));

/** Throws GraftError('notFound'). */
export function sampleDatasetFile(id: string, resourcesDir: string): { readonly path: string; readonly name: string } {
  const sample = files.find((one) => one.id === id);
  if (sample !== undefined) return { path: join(resourcesDir, 'sample-datasets', sample.file), name: sample.name };
  throw new GraftError('notFound', datasetLibraryWords.noSample({ id }), {
    field: 'id',
    remedy: datasetLibraryWords.chooseSample({ ids: files.map((one) => one.id) }),
  });
}
