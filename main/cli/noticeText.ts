/** What a person should know of an imported adapter or model, in words of the command line. */
import type { Adapter } from '../contract/entities.ts';
import type { ImportNotice, ModelNotice } from '../contract/importNotices.ts';

export function noticeText(notice: ImportNotice, { id }: Pick<Adapter, 'id'>): string {
  switch (notice.kind) {
    case 'converted':
      return `It was in the layout of ${notice.tool} and is kept in that of PEFT.`;
    case 'baseFound':
      return `It says that it is for ${notice.base}; ${notice.model} is used.${quantised(notice.isQuantised)}`;
    case 'baseMissing': {
      const bring = notice.fetch === null ? 'import that model' : `\`model fetch ${notice.fetch}\``;
      const again = `then import the adapter again with \`--model\` (it is ${id} here)`;
      return `It says that it is for ${notice.base}, which is not in the library: ${bring}, ${again}.${quantised(notice.isQuantised)}`;
    }
    case 'projectionDiffers':
      return 'Its stored projection is not the one that its key gives. Graft and PEFT from 0.21 on use the stored one; PEFT up to 0.20 would compute something else.';
    case 'unknownFields':
      return `Fields of its configuration that neither PEFT 0.21 nor Graft knows are ignored: ${notice.fields.join(', ')}.`;
    case 'missingTensors':
      return `Its configuration names layers for which its file has nothing; they stay as the base has them: ${notice.layers.join(', ')}.`;
    case 'initialTensors':
      return `Its file lacks tensors beside others of their layers; as in PEFT they are what training begins with: ${notice.tensors.join(', ')}.`;
    case 'ownTemplate':
      return 'It brings a chat template of its own, which is kept with it and used for its prompts.';
    case 'ownTokens':
      return `It brings tokens of its own, which are used for its prompts: ${notice.tokens.join(' ')}`;
    case 'tokensWithoutRows':
      return `It brings tokens for which neither it nor its base has a row in the embedding; they are read as ordinary text: ${notice.tokens.join(' ')}`;
    case 'otherTokenizer':
      return "Its folder has a tokenizer that gives other ids to its base's tokens. It is left aside: the base's is used.";
    case 'unreadableTokenizer':
      return `Its own tokenizer cannot be read, and its base's is used. ${notice.reason}`;
    case 'promptsWithoutTokenizer':
      return 'Its folder has a tokenizer or a chat template, which is left aside: its base was imported without a tokenizer and takes token ids alone.';
    case 'patternsByOldRule':
      return 'Its rank and alpha patterns overlap. They are read as PEFT from 0.14 on reads them; an older PEFT trained it with other scales.';
  }
}

export function modelNoticeText(notice: ModelNotice): string {
  switch (notice.kind) {
    case 'ownHead':
      return 'Its configuration says that the embedding is its output head, but its weights hold a head of their own, which differs: that one is used.';
    case 'llamaCppOnly':
      return `Its weights are in ${notice.types.join(', ')}, which llama.cpp alone reads: it can chat there, and be neither trained, served nor exported.`;
  }
}

function quantised(isQuantised: boolean): string {
  return isQuantised ? ' It was trained on quantised weights, so its answers may differ a little on full ones.' : '';
}
