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
  notCompressed: {
    en: 'Stopped before its end, so the adapter is not compressed to rank {rank} yet: resume the run for that.',
    ja: '途中で停止したため、アダプターはまだランク {rank} に圧縮されていません。圧縮するには学習を再開してください。',
  },
  comparisonLeftOut: {
    en: "The comparison with the base was left out: after a stop it may take {seconds} s. Ask for it on the run's page or by `run compare`; a run that is resumed compares at its end.",
    ja: '停止後の比較には {seconds} 秒までしかかけないため、ベースとの比較を省きました。学習ジョブの画面か `run compare` で比較できます。再開した場合は、最後に比較します。',
  },
  nothingToCompareOn: {
    en: 'The run has no rows to evaluate on: there is nothing to compare its adapter with the base by.',
    ja: '評価用の行がないため、アダプターとベースを比較できません。',
  },
  afterStep: { en: 'After step {step}: {what}', ja: 'ステップ {step} の後: {what}' },
  idPastModel: {
    en: "The dataset holds the token id {largestId}; this model's ids end at {last}.",
    ja: 'データセットにトークン ID {largestId} がありますが、このモデルの ID は {last} までです。',
  },
  datasetForModel: {
    en: 'A dataset of token ids must be made for this model; for one of text, import the model again with the tokenizer that belongs to it.',
    ja: 'トークン ID のデータセットはこのモデル用に作る必要があります。テキストの場合は、対応するトークナイザーとともにモデルを取り込み直してください。',
  },
  promptPastModel: {
    en: "The sample prompt “{text}” becomes the token id {wrong}; this model's ids end at {last}.",
    ja: '試しの質問「{text}」がトークン ID {wrong} になりますが、このモデルの ID は {last} までです。',
  },
  leavePromptOut: {
    en: 'Leave the prompt out, or import the model again with the tokenizer that belongs to it.',
    ja: 'その質問を外すか、対応するトークナイザーとともにモデルを取り込み直してください。',
  },
  otherRun: {
    en: 'The checkpoint {dir} belongs to another run: {fields, list} differ.',
    ja: 'チェックポイント {dir} は別の学習のものです。{fields, list} が異なります。',
  },
  newRun: {
    en: 'Start a new run, with this checkpoint’s adapter to start from if you like.',
    ja: '新しい学習を始めてください。このチェックポイントのアダプターから始めることもできます。',
  },
  wasIs: { en: 'was {was}, is {now}', ja: '保存時は {was}、今は {now} です' },
  checkpointDamaged: {
    en: 'The checkpoint file {file} is damaged.',
    ja: 'チェックポイントのファイル {file} が壊れています。',
  },
  resumeBefore: { en: 'Resume from the checkpoint before it.', ja: '一つ前のチェックポイントから再開してください。' },
  rowsWithoutLabels: { en: 'it has rows without labels', ja: 'ラベルのない行があります' },
  strangeLabel: { en: 'it has the label "{label}"', ja: 'ラベル「{label}」があります' },
  notOfThisRun: {
    en: 'The tokenised dataset does not belong to this run: {why}.',
    ja: 'トークン化されたデータセットがこの学習のものではありません。{why}。',
  },
  startAgain: { en: 'Start the run again.', ja: 'もう一度学習を始めてください。' },
  tensorSize: {
    en: 'Trained tensor {name} should have {size} values, has {count}.',
    ja: '学習するテンソル {name} の値は {size} 個のはずですが、{count} 個です。',
  },
  aNumber: { en: 'a number', ja: '数値' },
  otherLabels: {
    en: 'The adapter to start from answers with other labels: {known}.',
    ja: '開始元のアダプターが答えるラベルは別のもの（{known}）です。',
  },
  sameLabels: {
    en: 'Use a dataset with the same labels, or start without an adapter.',
    ja: '同じラベルのデータセットを使うか、アダプターなしで始めてください。',
  },
  noPooler: {
    en: 'This model has no {poolerName}: a new one is trained with the head and cannot be adapted besides.',
    ja: 'このモデルに {poolerName} はありません。新しいものがヘッドとともに学習されるので、別に適応させることはできません。',
  },
  targetsWithoutPooler: {
    en: 'Name target modules without it, for example query, key and value.',
    ja: 'それを含まない対象モジュール（query、key、value など）を指定してください。',
  },
  noLinear: {
    en: 'The model has no linear layer {unknown, list}.',
    ja: 'このモデルに線形層 {unknown, list} はありません。',
  },
  otherMethod: {
    en: 'The adapter to start from is of the method {from}, the run trains {to}.',
    ja: '開始元のアダプターの方式は {from} ですが、この学習の方式は {to} です。',
  },
  trainWithMethod: { en: 'Train it with the method {methodId}.', ja: '方式 {methodId} で学習してください。' },
  forUseOnly: {
    en: 'This adapter was saved for use only and cannot be trained further.',
    ja: 'このアダプターは利用専用に保存されているため、続きの学習はできません。',
  },
  startFromWhole: {
    en: 'Start from one that was saved with all its weights (for VB-LoRA: save_only_topk_weights=false).',
    ja: 'すべての重みとともに保存されたアダプターから始めてください（VB-LoRA では save_only_topk_weights=false）。',
  },
  gradientNormIs: { en: 'gradient norm is {gradNorm}', ja: '勾配ノルムが {gradNorm}' },
  lossIs: { en: 'loss is {loss}', ja: '損失が {loss}' },
  brokeDown: {
    en: 'Training broke down at step {step}: the {what}.',
    ja: 'ステップ {step} で学習が破綻しました（{what}）。',
  },
  lowerRate: {
    en: 'Start again with a lower learning rate; the last good checkpoint can be used as it is.',
    ja: '学習率を下げてもう一度始めてください。最後の正常なチェックポイントはそのまま使えます。',
  },
  nothingWithin: {
    en: 'No row has a token to train on within {maxLength} tokens.',
    ja: '{maxLength} トークン以内に学習するトークンのある行がありません。',
  },
  raiseLength: {
    en: 'Raise the maximum length, or look at the dataset: it shows which tokens are trained.',
    ja: '最大長を上げるか、データセットを確かめてください。どのトークンを学習するかが表示されます。',
  },
  noLabelledRow: { en: 'The dataset has no row with a label.', ja: 'データセットに、ラベルのある行がありません。' },
});
