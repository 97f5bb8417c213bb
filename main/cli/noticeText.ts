/** What a person should know of an imported adapter, in words of the command line. */
import type { Adapter } from '../contract/entities.ts';
import { type ImportNotice, noticeSaid } from '../contract/importNotices.ts';
import { importNoticeWords } from '../contract/words/importNotices.ts';

export function noticeText(notice: ImportNotice, { id }: Pick<Adapter, 'id'>): string {
  switch (notice.kind) {
    case 'baseFound':
      return `It says that it is for ${notice.base}; ${notice.model} is used.${quantised(notice.isQuantised)}`;
    case 'baseMissing': {
      const bring = notice.fetch === null ? 'import that model' : `\`model fetch ${notice.fetch}\``;
      const again = `then import the adapter again with \`--model\` (it is ${id} here)`;
      return `It says that it is for ${notice.base}, which is not in the library: ${bring}, ${again}.${quantised(notice.isQuantised)}`;
    }
    case 'unreadableTokenizer':
      return `Its own tokenizer cannot be read, and its base's is used. ${notice.reason}`;
    default:
      return noticeSaid(notice).text;
  }
}

function quantised(isQuantised: boolean): string {
  return isQuantised ? ` ${importNoticeWords.quantised().text}` : '';
}
