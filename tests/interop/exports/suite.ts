/** Our exports in the hands of those they are for, and theirs in ours: how far their logits are from ours. */
import type { Check, OpenSuite, Suite } from '../Suite.ts';
import { openReaders } from './environment.ts';
import { type Pair, pairsOf } from './pairs.ts';
import { subjects } from './subjects.ts';
import { Workshop } from './Workshop.ts';

export const exportsSuite: Suite = {
  name: 'exports',
  about: 'every export in PEFT, transformers and llama.cpp: logits against ours (needs torch: some GB)',
  columns: ['model', 'adapter', 'export', 'read by', 'logits against ours'],
  open,
};

async function open(say: (line: string) => void): Promise<OpenSuite> {
  const workshop = new Workshop();
  const readers = await openReaders(workshop.folder('logits'), say);
  return {
    checks: subjects.flatMap((subject) => pairsOf({ workshop, readers, subject })).map(checkOf),
    close: () => {
      for (const reader of [readers.peft, ...readers.olderPeft, readers.llamaCpp]) reader.stop();
      workshop.dispose();
    },
  };
}

function checkOf({ title, reader, tolerance, compare }: Pair): Check {
  const run: Check['run'] = async () => {
    const { difference, sameTop } = await compare();
    const figures = [
      `largest difference ${difference.toExponential(1)} of ${tolerance.toExponential(0)}`,
      `same likeliest token ${Math.round(100 * sameTop)} %`,
    ];
    return { passed: difference <= tolerance, figures: [figures.join(', ')] };
  };
  return { subject: [...title.split(' · '), reader], run };
}
