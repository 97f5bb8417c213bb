/** Of what a run is asked for: settings, targets, datasets, the adapter to start from, a configuration as a file. */
import { wordsOf } from './words.ts';

interface Own {
  /** `evaluation` or `test`, as a sentence. */
  readonly which: string;
  readonly name: string;
  /** Lines with their labels. */
  readonly where: readonly string[];
  readonly isCut: boolean;
}

interface NotForEncoders {
  readonly method: string;
  readonly model: string;
  readonly others: readonly string[];
}

export const runRequestWords = wordsOf('runRequests', {
  evaluation: { en: 'evaluation', ja: '評価用' },
  test: { en: 'test', ja: 'テスト用' },
  otherLabels: {
    en: ({ which, name, where, isCut }: Own) =>
      `The ${which} dataset ${name} has labels that the training dataset has not (${where.join(', ')}${isCut ? ', …' : ''}).`,
    ja: ({ which, name, where, isCut }) =>
      `${which}データセット ${name} に、学習用データセットにないラベルがあります（${where.join('、')}${isCut ? '、…' : ''}）。`,
  },
  lineWithLabel: { en: 'line {line}: "{label}"', ja: '{line} 行目「{label}」' },
  labelsMustBeNumbers: {
    en: 'Labels must be numbers: correct these rows, or train on rows with these labels.',
    ja: 'ラベルは数値でなければなりません。これらの行を直すか、このラベルのある行も学習に使ってください。',
  },
  labelsMustBe: {
    en: 'Labels must be one of {labels, list}: correct these rows, or train on rows with these labels.',
    ja: 'ラベルは {labels, list} のいずれかです。これらの行を直すか、このラベルのある行も学習に使ってください。',
  },
  evaluatedOnTrained: {
    en: '{name} is the dataset that is trained on: leave it out to evaluate on a share of its rows.',
    ja: '{name} は学習に使うデータセットです。指定を外すと、その行の一部で評価します。',
  },
  testedOnTrained: {
    en: '{name} is the dataset that is trained on: its figures would say nothing of other rows.',
    ja: '{name} は学習に使うデータセットです。その数値から、ほかの行でどうなるかは分かりません。',
  },
  severalWrong: { en: '{count} things are wrong with this run.', ja: 'この学習の設定に問題が {count} 件あります。' },
  changeNamed: {
    en: 'Change what is named here; every option has a default that fits.',
    ja: 'ここに挙げたものを直してください。どの設定にも、そのまま使える既定値があります。',
  },
  bothEvaluations: {
    en: 'An evaluation dataset takes the place of the evaluation split: leave one of the two out.',
    ja: '評価用データセットは評価用の割合の代わりになります。どちらか一方だけにしてください。',
  },
  noQuantised: {
    en: 'Full fine-tuning changes the weights of the base, and {precision} weights stay as they are: use bf16 or float32, or train an adapter.',
    ja: 'フルファインチューニングはベースの重みを変えますが、{precision} の重みは変えられません。bf16 か float32 を使うか、アダプターを学習してください。',
  },
  methodNoQuantised: {
    en: '{method} does not train on a base kept as {precision}: use bf16 or float32.',
    ja: '{method} は {precision} のベースでは学習できません。bf16 か float32 を使ってください。',
  },
  notForEncoders: {
    en: ({ method, model, others }: NotForEncoders) =>
      `${method} does not train encoders such as ${model}; ${others.slice(0, -1).join(', ')} and ${others.at(-1) ?? ''} do.`,
    ja: ({ method, model, others }) =>
      `${method} では ${model} のようなエンコーダーを学習できません。${others.join('、')} ならできます。`,
  },
  encodersAlone: {
    en: '{method} trains the classification head of an encoder, and {model}, which writes text, has none: choose another method, or an encoder.',
    ja: '{method} はエンコーダーの分類ヘッドを学習しますが、文章を生成する {model} にはありません。ほかの手法か、エンコーダーを選んでください。',
  },
  otherTargets: {
    en: 'The adapter to start from has other target modules: {targets, list}.',
    ja: '開始元のアダプターの対象モジュールは別のもの（{targets, list}）です。',
  },
  noSuchLayer: {
    en: 'No layer of this model is called {unmatched, list}. It has: {suffixes, list}.',
    ja: 'このモデルに {unmatched, list} という層はありません。あるのは {suffixes, list} です。',
  },
  leaveOutOrCorrect: { en: 'Leave it out, or correct it.', ja: '外すか、直してください。' },
  otherMethod: {
    en: 'The adapter to start from is {found}, not {asked}.',
    ja: '開始元のアダプターの方式は {asked} ではなく {found} です。',
  },
  forUseOnly: {
    en: 'The adapter to start from was saved for use only and cannot be trained further.',
    ja: '開始元のアダプターは利用専用に保存されているため、続きの学習はできません。',
  },
  contradicts: {
    en: '{value} contradicts the adapter to start from, which has {stored}.',
    ja: '{value} は、開始元のアダプターの値 {stored} と合いません。',
  },
  classification: { en: 'classification', ja: '分類' },
  regression: { en: 'regression', ja: '回帰' },
  noMetric: {
    en: 'A {kind} with these labels has no {bestBy}. It has: loss, {metrics, list}.',
    ja: 'このラベルでの{kind}に {bestBy} はありません。使えるのは loss、{metrics, list} です。',
  },
  theConfiguration: { en: 'The configuration', ja: '設定' },
  unknownFields: {
    en: '{source} has unknown fields: {unknown, list}.',
    ja: '{source}に不明な項目があります: {unknown, list}。',
  },
  knownFields: { en: 'Known are: {fields, list}.', ja: '使えるもの: {fields, list}。' },
  writeObject: {
    en: 'Write an object such as { "model": "smollm2", "dataset": "letters", "method": "vera", "steps": 100 }.',
    ja: '{ "model": "smollm2", "dataset": "letters", "method": "vera", "steps": 100 } のようなオブジェクトを書いてください。',
  },
  noObject: { en: '{source} is not a JSON object: {why}', ja: '{source}は JSON のオブジェクトではありません: {why}' },
  fieldNoObject: {
    en: '{field} of {source} must be an object.',
    ja: '{source}の {field} はオブジェクトでなければなりません。',
  },
  doesNotHold: {
    en: '{source} does not hold: {problems, clauses}.',
    ja: '{source}が正しくありません: {problems, clauses}',
  },
  beyondMachine: {
    en: 'This run needs about {needed} of memory, and this machine has {all}.',
    ja: 'この学習には約 {needed} のメモリが必要ですが、このマシンには {all} しかありません。',
  },
  fitsWith: {
    en: 'What is free now is enough with {changes, list}: about {needed}.',
    ja: '{changes, list}なら、今の空きに収まります（約 {needed}）。',
  },
  nothingFits: {
    en: 'What is free now is not enough even with the least precision, one row at a time and short rows: choose a smaller model or close other programs.',
    ja: '最も低い精度、1 行ずつ、短い行にしても今の空きに収まりません。小さいモデルを選ぶか、他のプログラムを閉じてください。',
  },
  withRecompute: { en: 'recomputation', ja: '再計算' },
  withPrecision: { en: 'the precision {precision}', ja: '精度 {precision}' },
  withBatch: { en: 'a batch of {batchSize}', ja: 'バッチサイズ {batchSize}' },
  withLength: { en: 'rows of at most {maxLength} tokens', ja: '最大 {maxLength} トークンの行' },
});
