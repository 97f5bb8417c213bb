/**
 * What of a folder that comes in makes an adapter's prompts its own: files of template and tokenizer that say something
 * else than the base's. Where the base is not known they are all kept, and count once it is.
 */
import { basename } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import type { ImportNotice } from '../../../contract/importNotices.ts';
import { findInPeftFolder, peftPromptNames } from '../../../formats/peftFolder.ts';
import { readAdapterTokenizer } from '../../../tokenizers/adapterTokenizer.ts';
import type { AdapterTokenizer } from '../../../tokenizers/adapterTokenizer.ts';
import { readTokenizerSource } from '../../../tokenizers/loadTokenizer.ts';
import { tokenizerParts } from '../../../tokenizers/tokenizerFolder.ts';

export interface OwnPrompts {
  /** To be kept with the adapter, in the order in which they are hashed. */
  readonly files: readonly string[];
  readonly notices: readonly ImportNotice[];
}

const tokenizerName = 'tokenizer.json';
const none: OwnPrompts = { files: [], notices: [] };

/** Throws GraftError('invalid') for links out of the folder, and for files that are not what they should be. */
export async function ownPromptsIn(dir: string, model: Model | undefined): Promise<OwnPrompts> {
  const files = peftPromptNames.flatMap((name) => findInPeftFolder(dir, name) ?? []);
  if (files.length === 0) return none;
  if (model === undefined) return { files, notices: [] };
  if (!model.hasTokenizer) return withoutBase(dir);
  const own = await readAdapterTokenizer(dir, await readTokenizerSource(model.dir), model.shape.vocabSize);
  return { files: keptOf(files, own), notices: noticesOf(own) };
}

/** What could be kept of the folder, whatever the base will be: everything, or all but its tokenizer. */
export async function promptSelections(dir: string): Promise<readonly (readonly string[])[]> {
  const { files } = await ownPromptsIn(dir, undefined);
  return [files, files.filter((file) => basename(file) !== tokenizerName)];
}

/** A base that takes token ids alone has no prompts. */
async function withoutBase(dir: string): Promise<OwnPrompts> {
  const { pipeline, chatTemplate } = await tokenizerParts(dir);
  return pipeline === null && chatTemplate === null
    ? none
    : { files: [], notices: [{ kind: 'promptsWithoutTokenizer' }] };
}

function keptOf(files: readonly string[], { hasOwnTemplate, hasOwnPipeline }: AdapterTokenizer): readonly string[] {
  if (hasOwnPipeline) return files;
  return hasOwnTemplate ? files.filter((file) => basename(file) !== tokenizerName) : [];
}

function noticesOf({
  hasOwnTemplate,
  tokens,
  withoutRows,
  isOther,
  problem,
}: AdapterTokenizer): readonly ImportNotice[] {
  return [
    ...(hasOwnTemplate ? [{ kind: 'ownTemplate' } as const] : []),
    ...(tokens.length > 0 ? [{ kind: 'ownTokens', tokens } as const] : []),
    ...(withoutRows.length > 0 ? [{ kind: 'tokensWithoutRows', tokens: withoutRows } as const] : []),
    ...(problem === null ? [] : [{ kind: 'unreadableTokenizer', reason: problem } as const]),
    ...(isOther ? [{ kind: 'otherTokenizer' } as const] : []),
  ];
}
