/** Of exports and their options. */
import { wordsOf } from './words.ts';

export const exportWords = wordsOf('exports', {
  ggufAlone: {
    en: 'The GGUF alone. Into a folder, a model card and a Modelfile for Ollama are written beside it.',
    ja: 'GGUF ファイルのみです。フォルダーに書き出すと、モデルカードと Ollama 用の Modelfile も付きます。',
  },
  wholeModel: {
    en: 'A fully trained model is no small change to its base: export it as merged weights.',
    ja: '全体を学習したモデルは、ベースへの小さな変更ではありません。統合した重みとして書き出してください。',
  },
  noGguf: {
    en: 'Models of this family have no GGUF form here: choose a form that transformers reads.',
    ja: 'この系統のモデルには、ここでは GGUF の形式がありません。transformers が読む形式を選んでください。',
  },
  noSuchOption: { en: 'There is no such option in this form.', ja: 'この形式にそのような設定はありません。' },
  wrongOptions: {
    en: 'The export {id} does not take these options.',
    ja: '書き出し {id} はこれらの設定を受け付けません。',
  },
  wrongOption: {
    en: 'The export {id} does not take this. {field}: {problem}',
    ja: '書き出し {id} はこの設定を受け付けません。{field}: {problem}',
  },
  noPeft: {
    en: 'PEFT does not read {method}: export it as plain LoRA (lora), or as the folder that Graft reads (graft).',
    ja: 'PEFT は {method} を読めません。通常の LoRA（lora）か、Graft が読むフォルダー（graft）として書き出してください。',
  },
  noPeftNorLora: {
    en: 'PEFT does not read {method}: export it as the folder that Graft reads (graft).',
    ja: 'PEFT は {method} を読めません。Graft が読むフォルダー（graft）として書き出してください。',
  },
  noLoraForm: {
    en: 'What this adapter of {method} changes cannot be written as LoRA: choose another form.',
    ja: 'この {method} アダプターの変化は LoRA の形では書けません。ほかの形式を選んでください。',
  },
  notMergeable: {
    en: 'What this adapter of {method} adds cannot be merged into the weights of its base: choose another form.',
    ja: 'この {method} アダプターが加えるものは、ベースの重みに統合できません。ほかの形式を選んでください。',
  },
  nearLora: {
    en: 'As LoRA this adapter of {method} becomes another that comes near it: how far off it is, is measured and said.',
    ja: 'この {method} アダプターは LoRA では近似になり、元と同じではありません。差は測って示します。',
  },
  unknown: { en: 'There is no export to {id}.', ja: '{id} への書き出しはありません。' },
});
