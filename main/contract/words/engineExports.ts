/** Of writing adapters and models in other formats. */
import { wordsOf } from './words.ts';

interface NearOnText {
  readonly dataset: string;
  readonly rows: number;
  readonly answers: number;
  /** Per cent. */
  readonly same: string;
  readonly losses: { readonly before: string; readonly after: string } | null;
  readonly difference: string;
}

export const engineExportWords = wordsOf('engineExports', {
  noPlaceInGguf: {
    en: 'The adapter also replaces {names}, for which a GGUF LoRA has no place.',
    ja: 'アダプターは {names} も置き換えますが、GGUF LoRA にはその置き場所がありません。',
  },
  exportMergedGguf: {
    en: 'Export it merged (merged-gguf).',
    ja: '統合モデル（merged-gguf）として書き出してください。',
  },
  baseTokenizer: {
    en: "The file has the base's tokenizer: the adapter's own tokens are left out of it and read as plain text. {why} Exported merged (safetensors) they are kept.",
    ja: 'ファイルにあるのはベースのトークナイザーです。アダプター独自のトークンは含まれず、ふつうの文字として読まれます。{why}統合モデル（safetensors）として書き出せば残ります。',
  },
  promptsNotInLora: {
    en: 'The adapter has a chat template or tokens of its own, for which a GGUF LoRA has no place: the program that loads it uses those of the base. Exported merged (merged-gguf) they are kept.',
    ja: 'アダプターには独自のチャットテンプレートかトークンがありますが、GGUF LoRA にはその置き場所がなく、読み込むプログラムはベースのものを使います。統合モデル（merged-gguf）として書き出せば残ります。',
  },
  replacesWeights: {
    en: 'The adapter also replaces weights of its base (heads, modules_to_save, biases). PEFT loads them; servers such as vLLM may not: export it merged for those.',
    ja: 'アダプターはベースモデルの重み（ヘッド、modules_to_save、バイアス）も置き換えます。PEFT はそれを読み込みますが、vLLM などのサーバーは読み込まないことがあります。その場合は統合モデルとして書き出してください。',
  },
  nearLora: {
    en: 'This adapter of {method} has no exact LoRA form: what was written is another that comes near it, as far as the difference says. Try it on texts of your own before you hand it on.',
    ja: 'この {method} アダプターには正確な LoRA の形がありません。書き出したものは近似で、差は示されたとおりです。渡す前に、ご自分の文章で試してください。',
  },
  nearOnHeldOut: {
    en: ({ dataset, rows, answers, same, losses, difference }: NearOnText) =>
      `On ${rows} rows of ${dataset} that training did not see (${answers} answers): the likeliest answer is the same ${same} % of the time${losses === null ? '' : `, the loss is ${losses.after} for ${losses.before}`}; logits differ by at most ${difference}, relative.`,
    ja: ({ dataset, rows, answers, same, losses, difference }) =>
      `学習に使わなかった ${dataset} の ${rows} 行（答え ${answers} 個）では、最も確からしい答えが ${same} % で一致します${losses === null ? '' : `。損失は ${losses.before} に対して ${losses.after}`}。ロジットの差は相対値で最大 ${difference} です。`,
  },
  nearOnFixedTokens: {
    en: 'The difference was measured on fixed tokens alone: no text is known here that the adapter’s run held out. Try it on texts of your own.',
    ja: '差は決まったトークンだけで測りました。学習時に取り分けた文章が、ここでは分からないためです。ご自分の文章で試してください。',
  },
  otherProjections: {
    en: 'The projections are not the ones that the key gives: PEFT before 0.21 would ignore them and answer differently. Use PEFT 0.21 or later, or export as LoRA.',
    ja: '射影が、キーから生成されるものと異なります。0.21 より前の PEFT はこれを無視し、異なる回答になります。PEFT 0.21 以降を使うか、LoRA として書き出してください。',
  },
  olderVeraAlone: {
    en: 'Only VeRA has a form for older PEFT; this adapter is of another method.',
    ja: '古い PEFT 向けの形があるのは VeRA だけです。このアダプターは別の方式です。',
  },
  withoutOption: { en: 'Export it without that option.', ja: 'このオプションなしで書き出してください。' },
  olderDrawProjections: {
    en: 'Older PEFT draws the projections from the key, and this adapter has others.',
    ja: '古い PEFT は射影をキーから生成しますが、このアダプターの射影はそれと異なります。',
  },
  exportAsLora: {
    en: 'Export it as LoRA, which every version reads.',
    ja: 'どのバージョンでも読める LoRA として書き出してください。',
  },
  noExport: { en: 'There is no export to {id}.', ja: '{id} への書き出しはありません。' },
  known: { en: 'Known: {known, list}.', ja: '使えるのは {known, list} です。' },
  figures: {
    en: 'largest difference, relative: {difference}, allowed: {tolerance}',
    ja: '最大の差（相対）: {difference}、許容: {tolerance}',
  },
  answersDiffer: {
    en: 'What was written does not answer like the original ({figures}). It was removed.',
    ja: '書き出したものの答えが元と異なります（{figures}）。書き出したものは削除しました。',
  },
  tryAnotherKind: {
    en: 'Try another kind of export, and report this: it should not happen.',
    ja: '別の形式で書き出してみてください。起きてはならないことなので、報告をお願いします。',
  },
});
