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

interface Source {
  readonly source: string;
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
  lineWithLabel: {
    en: ({ line, label }: { readonly line: number; readonly label: string }) => `line ${line}: "${label}"`,
    ja: ({ line, label }) => `${line} 行目「${label}」`,
  },
  labelsMustBeNumbers: {
    en: 'Labels must be numbers: correct these rows, or train on rows with these labels.',
    ja: 'ラベルは数値でなければなりません。これらの行を直すか、このラベルのある行も学習に使ってください。',
  },
  labelsMustBe: {
    en: ({ labels }: { readonly labels: readonly string[] }) =>
      `Labels must be one of ${labels.join(', ')}: correct these rows, or train on rows with these labels.`,
    ja: ({ labels }) =>
      `ラベルは ${labels.join('、')} のいずれかです。これらの行を直すか、このラベルのある行も学習に使ってください。`,
  },
  evaluatedOnTrained: {
    en: ({ name }: { readonly name: string }) =>
      `${name} is the dataset that is trained on: leave it out to evaluate on a share of its rows.`,
    ja: ({ name }) => `${name} は学習に使うデータセットです。指定を外すと、その行の一部で評価します。`,
  },
  testedOnTrained: {
    en: ({ name }: { readonly name: string }) =>
      `${name} is the dataset that is trained on: its figures would say nothing of other rows.`,
    ja: ({ name }) => `${name} は学習に使うデータセットです。その数値から、ほかの行でどうなるかは分かりません。`,
  },
  severalWrong: {
    en: ({ count }: { readonly count: number }) => `${count} things are wrong with this run.`,
    ja: ({ count }) => `この学習の設定に問題が ${count} 件あります。`,
  },
  changeNamed: {
    en: 'Change what is named here; every option has a default that fits.',
    ja: 'ここに挙げたものを直してください。どの設定にも、そのまま使える既定値があります。',
  },
  bothEvaluations: {
    en: 'An evaluation dataset takes the place of the evaluation split: leave one of the two out.',
    ja: '評価用データセットは評価用の割合の代わりになります。どちらか一方だけにしてください。',
  },
  noInt8: {
    en: 'Full fine-tuning changes the weights of the base, and int8 weights stay as they are: use bf16 or float32, or train an adapter.',
    ja: 'フルファインチューニングはベースの重みを変えますが、int8 の重みは変えられません。bf16 か float32 を使うか、アダプターを学習してください。',
  },
  methodNoInt8: {
    en: ({ method }: { readonly method: string }) =>
      `${method} does not train on a base kept as int8: use bf16 or float32.`,
    ja: ({ method }) => `${method} は int8 のベースでは学習できません。bf16 か float32 を使ってください。`,
  },
  notForEncoders: {
    en: ({ method, model, others }: NotForEncoders) =>
      `${method} does not train encoders such as ${model}; ${others.slice(0, -1).join(', ')} and ${others.at(-1) ?? ''} do.`,
    ja: ({ method, model, others }) =>
      `${method} では ${model} のようなエンコーダーを学習できません。${others.join('、')} ならできます。`,
  },
  otherTargets: {
    en: ({ targets }: { readonly targets: readonly string[] }) =>
      `The adapter to start from has other target modules: ${targets.join(', ')}.`,
    ja: ({ targets }) => `開始元のアダプターの対象モジュールは別のもの（${targets.join('、')}）です。`,
  },
  noSuchLayer: {
    en: ({ unmatched, suffixes }: { readonly unmatched: readonly string[]; readonly suffixes: readonly string[] }) =>
      `No layer of this model is called ${unmatched.join(', ')}. It has: ${suffixes.join(', ')}.`,
    ja: ({ unmatched, suffixes }) =>
      `このモデルに ${unmatched.join('、')} という層はありません。あるのは ${suffixes.join('、')} です。`,
  },
  leaveOutOrCorrect: { en: 'Leave it out, or correct it.', ja: '外すか、直してください。' },
  otherMethod: {
    en: ({ found, asked }: { readonly found: string; readonly asked: string }) =>
      `The adapter to start from is ${found}, not ${asked}.`,
    ja: ({ found, asked }) => `開始元のアダプターの方式は ${asked} ではなく ${found} です。`,
  },
  forUseOnly: {
    en: 'The adapter to start from was saved for use only and cannot be trained further.',
    ja: '開始元のアダプターは利用専用に保存されているため、続きの学習はできません。',
  },
  contradicts: {
    en: ({ value, stored }: { readonly value: string; readonly stored: string }) =>
      `${value} contradicts the adapter to start from, which has ${stored}.`,
    ja: ({ value, stored }) => `${value} は、開始元のアダプターの値 ${stored} と合いません。`,
  },
  classification: { en: 'classification', ja: '分類' },
  regression: { en: 'regression', ja: '回帰' },
  noMetric: {
    en: ({
      kind,
      bestBy,
      metrics,
    }: {
      readonly kind: string;
      readonly bestBy: string;
      readonly metrics: readonly string[];
    }) => `A ${kind} with these labels has no ${bestBy}. It has: loss, ${metrics.join(', ')}.`,
    ja: ({ kind, bestBy, metrics }) =>
      `このラベルでの${kind}に ${bestBy} はありません。使えるのは loss、${metrics.join('、')} です。`,
  },
  theConfiguration: { en: 'The configuration', ja: '設定' },
  unknownFields: {
    en: ({ source, unknown }: Source & { readonly unknown: readonly string[] }) =>
      `${source} has unknown fields: ${unknown.join(', ')}.`,
    ja: ({ source, unknown }) => `${source}に不明な項目があります: ${unknown.join('、')}。`,
  },
  knownFields: {
    en: ({ fields }: { readonly fields: readonly string[] }) => `Known are: ${fields.join(', ')}.`,
    ja: ({ fields }) => `使えるもの: ${fields.join('、')}。`,
  },
  writeObject: {
    en: 'Write an object such as { "model": "smollm2", "dataset": "letters", "method": "vera", "steps": 100 }.',
    ja: '{ "model": "smollm2", "dataset": "letters", "method": "vera", "steps": 100 } のようなオブジェクトを書いてください。',
  },
  noObject: {
    en: ({ source, why }: Source & { readonly why: string }) => `${source} is not a JSON object: ${why}`,
    ja: ({ source, why }) => `${source}は JSON のオブジェクトではありません: ${why}`,
  },
  fieldNoObject: {
    en: ({ source, field }: Source & { readonly field: string }) => `${field} of ${source} must be an object.`,
    ja: ({ source, field }) => `${source}の ${field} はオブジェクトでなければなりません。`,
  },
  doesNotHold: {
    en: ({ source, problems }: Source & { readonly problems: readonly string[] }) =>
      `${source} does not hold: ${problems.join('; ')}.`,
    ja: ({ source, problems }) => `${source}が正しくありません: ${problems.join('／')}`,
  },
});
