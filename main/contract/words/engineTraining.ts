/** Of training in the engine. */
import { wordsOf } from './words.ts';

/** `trainingPieces`: what long rows were cut into. `testRows`: null without a test. */
interface RowsOfRun {
  readonly trainingRows: number;
  readonly trainingPieces: number;
  readonly evaluationRows: number;
  readonly testRows: number | null;
  readonly skippedRows: number;
}

export const engineTrainingWords = wordsOf('engineTraining', {
  rowsOfRun: {
    en: ({ trainingRows, trainingPieces, evaluationRows, testRows, skippedRows }: RowsOfRun) => {
      const skipped =
        skippedRows === 0
          ? ''
          : `; ${skippedRows} left out, since nothing in them is trained within the maximum length`;
      const pieces = trainingPieces === trainingRows ? '' : ` in ${trainingPieces} pieces`;
      const tested = testRows === null ? '' : `, ${testRows} to test on`;
      return `${trainingRows} rows to train on${pieces}, ${evaluationRows} to evaluate on${tested}${skipped}.`;
    },
    ja: ({ trainingRows, trainingPieces, evaluationRows, testRows, skippedRows }) => {
      const skipped = skippedRows === 0 ? '' : `最大長以内に学習する部分のない ${skippedRows} 行は除きました。`;
      const pieces = trainingPieces === trainingRows ? '' : `（${trainingPieces} 個に分割）`;
      const tested = testRows === null ? '' : `、テスト用 ${testRows} 行`;
      return `学習用 ${trainingRows} 行${pieces}、評価用 ${evaluationRows} 行${tested}。${skipped}`;
    },
  },
  comparisonLeftOut: {
    en: ({ seconds }: { readonly seconds: number }) =>
      `The comparison with the base was left out: after a stop it may take ${seconds} s. A run that is resumed compares at its end.`,
    ja: ({ seconds }) =>
      `停止後の比較には ${seconds} 秒までしかかけないため、ベースとの比較を省きました。再開すると、最後に比較します。`,
  },
  afterStep: {
    en: ({ step, what }: { readonly step: number; readonly what: string }) => `After step ${step}: ${what}`,
    ja: ({ step, what }) => `ステップ ${step} の後: ${what}`,
  },
  idPastModel: {
    en: ({ largestId, last }: { readonly largestId: number; readonly last: number }) =>
      `The dataset holds the token id ${largestId}; this model's ids end at ${last}.`,
    ja: ({ largestId, last }) =>
      `データセットにトークン ID ${largestId} がありますが、このモデルの ID は ${last} までです。`,
  },
  datasetForModel: {
    en: 'A dataset of token ids must be made for this model; for one of text, import the model again with the tokenizer that belongs to it.',
    ja: 'トークン ID のデータセットはこのモデル用に作る必要があります。テキストの場合は、対応するトークナイザーとともにモデルを取り込み直してください。',
  },
  promptPastModel: {
    en: ({ text, wrong, last }: { readonly text: string; readonly wrong: number; readonly last: number }) =>
      `The sample prompt “${text}” becomes the token id ${wrong}; this model's ids end at ${last}.`,
    ja: ({ text, wrong, last }) =>
      `試しの質問「${text}」がトークン ID ${wrong} になりますが、このモデルの ID は ${last} までです。`,
  },
  leavePromptOut: {
    en: 'Leave the prompt out, or import the model again with the tokenizer that belongs to it.',
    ja: 'その質問を外すか、対応するトークナイザーとともにモデルを取り込み直してください。',
  },
  otherRun: {
    en: ({ dir, fields }: { readonly dir: string; readonly fields: readonly string[] }) =>
      `The checkpoint ${dir} belongs to another run: ${fields.join(', ')} differ.`,
    ja: ({ dir, fields }) => `チェックポイント ${dir} は別の学習のものです。${fields.join('、')} が異なります。`,
  },
  newRun: {
    en: 'Start a new run, with this checkpoint’s adapter to start from if you like.',
    ja: '新しい学習を始めてください。このチェックポイントのアダプターから始めることもできます。',
  },
  wasIs: {
    en: ({ was, now }: { readonly was: string; readonly now: string }) => `was ${was}, is ${now}`,
    ja: ({ was, now }) => `保存時は ${was}、今は ${now} です`,
  },
  checkpointDamaged: {
    en: ({ file }: { readonly file: string }) => `The checkpoint file ${file} is damaged.`,
    ja: ({ file }) => `チェックポイントのファイル ${file} が壊れています。`,
  },
  resumeBefore: { en: 'Resume from the checkpoint before it.', ja: '一つ前のチェックポイントから再開してください。' },
  rowsWithoutLabels: { en: 'it has rows without labels', ja: 'ラベルのない行があります' },
  strangeLabel: {
    en: ({ label }: { readonly label: string }) => `it has the label "${label}"`,
    ja: ({ label }) => `ラベル「${label}」があります`,
  },
  notOfThisRun: {
    en: ({ why }: { readonly why: string }) => `The tokenised dataset does not belong to this run: ${why}.`,
    ja: ({ why }) => `トークン化されたデータセットがこの学習のものではありません。${why}。`,
  },
  startAgain: { en: 'Start the run again.', ja: 'もう一度学習を始めてください。' },
  tensorSize: {
    en: ({ name, size, count }: { readonly name: string; readonly size: number; readonly count: number }) =>
      `Trained tensor ${name} should have ${size} values, has ${count}.`,
    ja: ({ name, size, count }) => `学習するテンソル ${name} の値は ${size} 個のはずですが、${count} 個です。`,
  },
  aNumber: { en: 'a number', ja: '数値' },
  otherLabels: {
    en: ({ known }: { readonly known: string }) => `The adapter to start from answers with other labels: ${known}.`,
    ja: ({ known }) => `開始元のアダプターが答えるラベルは別のもの（${known}）です。`,
  },
  sameLabels: {
    en: 'Use a dataset with the same labels, or start without an adapter.',
    ja: '同じラベルのデータセットを使うか、アダプターなしで始めてください。',
  },
  noPooler: {
    en: ({ poolerName }: { readonly poolerName: string }) =>
      `This model has no ${poolerName}: a new one is trained with the head and cannot be adapted besides.`,
    ja: ({ poolerName }) =>
      `このモデルに ${poolerName} はありません。新しいものがヘッドとともに学習されるので、別に適応させることはできません。`,
  },
  targetsWithoutPooler: {
    en: 'Name target modules without it, for example query, key and value.',
    ja: 'それを含まない対象モジュール（query、key、value など）を指定してください。',
  },
  noLinear: {
    en: ({ unknown }: { readonly unknown: readonly string[] }) =>
      `The model has no linear layer ${unknown.join(', ')}.`,
    ja: ({ unknown }) => `このモデルに線形層 ${unknown.join('、')} はありません。`,
  },
  otherMethod: {
    en: ({ from, to }: { readonly from: string; readonly to: string }) =>
      `The adapter to start from is of the method ${from}, the run trains ${to}.`,
    ja: ({ from, to }) => `開始元のアダプターの方式は ${from} ですが、この学習の方式は ${to} です。`,
  },
  trainWithMethod: {
    en: ({ methodId }: { readonly methodId: string }) => `Train it with the method ${methodId}.`,
    ja: ({ methodId }) => `方式 ${methodId} で学習してください。`,
  },
  forUseOnly: {
    en: 'This adapter was saved for use only and cannot be trained further.',
    ja: 'このアダプターは利用専用に保存されているため、続きの学習はできません。',
  },
  startFromWhole: {
    en: 'Start from one that was saved with all its weights (for VB-LoRA: save_only_topk_weights=false).',
    ja: 'すべての重みとともに保存されたアダプターから始めてください（VB-LoRA では save_only_topk_weights=false）。',
  },
  gradientNormIs: {
    en: ({ gradNorm }: { readonly gradNorm: number }) => `gradient norm is ${gradNorm}`,
    ja: ({ gradNorm }) => `勾配ノルムが ${gradNorm}`,
  },
  lossIs: {
    en: ({ loss }: { readonly loss: number }) => `loss is ${loss}`,
    ja: ({ loss }) => `損失が ${loss}`,
  },
  brokeDown: {
    en: ({ step, what }: { readonly step: number; readonly what: string }) =>
      `Training broke down at step ${step}: the ${what}.`,
    ja: ({ step, what }) => `ステップ ${step} で学習が破綻しました（${what}）。`,
  },
  lowerRate: {
    en: 'Start again with a lower learning rate; the last good checkpoint can be used as it is.',
    ja: '学習率を下げてもう一度始めてください。最後の正常なチェックポイントはそのまま使えます。',
  },
  nothingWithin: {
    en: ({ maxLength }: { readonly maxLength: number }) => `No row has a token to train on within ${maxLength} tokens.`,
    ja: ({ maxLength }) => `${maxLength} トークン以内に学習するトークンのある行がありません。`,
  },
  raiseLength: {
    en: 'Raise the maximum length, or look at the dataset: it shows which tokens are trained.',
    ja: '最大長を上げるか、データセットを確かめてください。どのトークンを学習するかが表示されます。',
  },
  noLabelledRow: { en: 'The dataset has no row with a label.', ja: 'データセットに、ラベルのある行がありません。' },
});
