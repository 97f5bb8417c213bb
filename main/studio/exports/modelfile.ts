/** Ollama's Modelfile beside a GGUF: where the weights are, the chat template, where an answer ends. */
import { ollamaTemplate } from './ollamaTemplate.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { studioExportWords } from '../../contract/words/exportsStudio.ts';
import type { Said } from '../../contract/words/words.ts';

export interface ModelfileParts {
  /** GGUF of the model, beside this file. */
  readonly from: string;
  /** GGUF LoRA, beside this file. */
  readonly adapter: string | null;
  /** Said at the top, one line each. */
  readonly remarks: readonly string[];
  readonly tokenizer: Tokenizer | undefined;
}

export interface Modelfile {
  readonly text: string;
  /** What it lacks, for the person. */
  readonly notes: readonly Said[];
}

/** Without a template where Ollama's language cannot say the model's, which `notes` tell. */
export async function writeModelfile({ from, adapter, remarks, tokenizer }: ModelfileParts): Promise<Modelfile> {
  const found = tokenizer && (await ollamaTemplate(templateOf(tokenizer)));
  const ends = (tokenizer?.eosTokenIds ?? []).map((id) => tokenizer?.tokenText(id) ?? '');
  const stops = [...new Set([...ends, ...(found?.stops ?? [])])].filter((stop) => stop !== '');
  const lines = [
    ...remarks.map((remark) => `# ${remark}`),
    `FROM ./${from}`,
    ...(adapter === null ? [] : [`ADAPTER ./${adapter}`]),
    ...(found ? [`TEMPLATE """${found.template}"""`] : []),
    ...(found?.system ? [`SYSTEM """${found.system}"""`] : []),
    ...stops.map((stop) => `PARAMETER stop ${JSON.stringify(stop)}`),
  ];
  return {
    text: `${lines.join('\n')}\n`,
    notes: found ? [] : [tokenizer?.chatTemplate ? unknownTemplate : noTemplate],
  };
}

function templateOf(tokenizer: Tokenizer) {
  const { chatTemplate, bosToken, eosToken, bosTokenId } = tokenizer;
  return { chatTemplate, bosToken, eosToken, addsBos: bosTokenId !== null && tokenizer.encode('a')[0] === bosTokenId };
}

const unknownTemplate = studioExportWords.unknownTemplate();
const noTemplate = studioExportWords.noTemplate();
