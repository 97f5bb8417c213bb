/** Template and tokenizer that an adapter has of its own, in what is exported of it. */
import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { isJsonObject } from '../../tokenizers/tokenizerSource.ts';
import type { TokenizerSource } from '../../tokenizers/tokenizerSource.ts';
import { peftPromptNames } from '../../formats/peftFolder.ts';
import { readAdapterTokenizer } from '../../tokenizers/adapterTokenizer.ts';
import type { AdapterTokenizer } from '../../tokenizers/adapterTokenizer.ts';
import { readTokenizerSource } from '../../tokenizers/loadTokenizer.ts';
import { tryParseJson } from '../../formats/jsonText.ts';
import { vocabularyOf } from '../../tokenizers/vocabulary.ts';
import type { ExportJob } from './weightExport.ts';

type Job = Pick<ExportJob, 'adapterDir' | 'modelDir' | 'model' | 'outDir'>;

/** The adapter's own files as they are kept, into its exported folder. */
export async function copyOwnPrompts({ adapterDir, outDir }: Pick<Job, 'adapterDir' | 'outDir'>): Promise<void> {
  for (const name of ownFiles(adapterDir)) await copyFile(join(adapterDir ?? '', name), join(outDir, name));
}

/** What base and adapter have together; undefined where the adapter brings nothing. */
export async function ownTokenizerOf({
  adapterDir,
  modelDir,
  model,
}: Omit<Job, 'outDir'>): Promise<AdapterTokenizer | undefined> {
  if (adapterDir === null || ownFiles(adapterDir).length === 0 || !model.hasTokenizer) return undefined;
  return readAdapterTokenizer(adapterDir, await readTokenizerSource(modelDir), model.shape.vocabSize);
}

/** Over the base's own files, which lie in the merged model's folder already. */
export async function writeOwnPrompts(job: Job): Promise<void> {
  const own = await ownTokenizerOf(job);
  if (own === undefined) return;
  const { source, hasOwnPipeline, hasOwnTemplate } = own;
  const { outDir } = job;
  if (hasOwnPipeline) await writeJson(join(outDir, 'tokenizer.json'), { version: '1.0', ...source.pipeline });
  if (hasOwnTemplate && source.chatTemplate !== null)
    await writeFileAtomic(join(outDir, 'chat_template.jinja'), source.chatTemplate);
  await rewrite(join(outDir, 'tokenizer_config.json'), (config) => configOf(config, own));
  await rewrite(join(outDir, 'special_tokens_map.json'), (map) => ({ ...map, ...specialTokens(source) }));
  await rewrite(join(outDir, 'generation_config.json'), (generation) => ({
    ...generation,
    ...endsOf(generation, source),
  }));
}

/** Readers take the template of a file of its own; the field would only say the base's. */
function configOf(
  { chat_template: template, added_tokens_decoder: added, ...config }: Fields,
  own: AdapterTokenizer,
): Fields {
  return {
    ...config,
    ...(own.hasOwnTemplate || template === undefined ? {} : { chat_template: template }),
    ...(own.hasOwnPipeline || added === undefined ? {} : { added_tokens_decoder: added }),
    ...specialTokens(own.source),
  };
}

function specialTokens({ bosToken, eosToken, padToken }: TokenizerSource): Fields {
  const all = { bos_token: bosToken, eos_token: eosToken, pad_token: padToken };
  return Object.fromEntries(Object.entries(all).filter(([, token]) => token !== null));
}

/** The adapter's end of a turn ends an answer too. */
function endsOf({ eos_token_id: known }: Fields, { eosToken, pipeline }: TokenizerSource): Fields {
  const end = eosToken === null ? undefined : vocabularyOf(pipeline).get(eosToken);
  const ends: readonly unknown[] = [known ?? []].flat();
  return end === undefined || ends.includes(end) ? {} : { eos_token_id: [...ends, end] };
}

type Fields = Readonly<Record<string, unknown>>;

/** Of a file that is there. */
async function rewrite(path: string, change: (fields: Fields) => Fields): Promise<void> {
  if (!existsSync(path)) return;
  const fields = tryParseJson(await readFile(path, 'utf8'));
  if (isJsonObject(fields)) await writeJson(path, change(fields));
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

function ownFiles(adapterDir: string | null): readonly string[] {
  return adapterDir === null ? [] : peftPromptNames.filter((name) => existsSync(join(adapterDir, name)));
}
