/** Exports over an empty library. */
import { Exports } from '../../main/studio/exports/Exports.ts';
import type { ExportsSetup } from '../../main/studio/exports/Exports.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';

/** Without `writeWeights` an engine is an error. */
export function exportsOver(writeWeights?: ExportsSetup['writeWeights']): Exports {
  return new Exports({
    writeWeights: writeWeights ?? (async () => Promise.reject(new Error('the engine is not needed here'))),
    tokenizer: async ({ dir }) => loadTokenizer(dir),
    lineage: { findDataset: () => undefined, findRun: () => undefined, steps: () => [] },
    heldOut: { findDataset: () => undefined, tokenise: async () => Promise.reject(new Error('no dataset is here')) },
    codeVersion: '0.1.0',
  });
}
