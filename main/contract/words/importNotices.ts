/** What a person should know of an imported adapter or model. */
import { wordsOf } from './words.ts';

export const importNoticeWords = wordsOf('importNotices', {
  converted: {
    en: 'It was in the layout of {tool} and is kept in that of PEFT.',
    ja: '{tool} の形式だったので、PEFT の形式に変換して保存しました。',
  },
  unknownFields: {
    en: 'Fields of its configuration that neither PEFT 0.21 nor Graft knows are ignored: {names}.',
    ja: '設定に PEFT 0.21 にも Graft にもない項目があるため、無視しました：{names}',
  },
  missingTensors: {
    en: 'Its configuration names layers for which its file has nothing; they stay as the base has them: {names}.',
    ja: '設定で指定された次の層は、ファイルに重みがないためベースのままです：{names}',
  },
  initialTensors: {
    en: 'Its file lacks tensors beside others of their layers; as in PEFT they are what training begins with: {names}.',
    ja: '次のテンソルは、同じ層のほかのテンソルがあるのにファイルにありません。PEFT と同じく、学習を始めるときの値とします：{names}',
  },
  ownTemplate: {
    en: 'It brings a chat template of its own, which is kept with it and used for its prompts.',
    ja: '独自のチャットテンプレートが付いていたので、一緒に保存し、このアダプターのプロンプトに使います。',
  },
  ownTokens: {
    en: 'It brings tokens of its own, which are used for its prompts: {tokens}',
    ja: '独自のトークンが付いていたので、このアダプターのプロンプトに使います：{tokens}',
  },
  tokensWithoutRows: {
    en: 'It brings tokens for which neither it nor its base has a row in the embedding; they are read as ordinary text: {tokens}',
    ja: '次の独自トークンは、アダプターにもベースにも埋め込みの行がないため、普通の文字列として読みます：{tokens}',
  },
  otherTokenizer: {
    en: "Its folder has a tokenizer that gives other ids to its base's tokens. It is left aside: the base's is used.",
    ja: 'フォルダーのトークナイザーは、ベースのトークンに別の ID を割り当てています。これは使わず、ベースのものを使います。',
  },
  promptsWithoutTokenizer: {
    en: 'Its folder has a tokenizer or a chat template, which is left aside: its base was imported without a tokenizer and takes token ids alone.',
    ja: 'フォルダーにトークナイザーかチャットテンプレートがありますが、使いません。ベースがトークナイザーなしで取り込まれており、トークン ID だけを受け付けるためです。',
  },
  quantised: {
    en: 'It was trained on quantised weights, so its answers may differ a little on full ones.',
    ja: '量子化された重みで学習されているため、元の精度のモデルでは答えが少し変わることがあります。',
  },
  projectionDiffers: {
    en: 'Its stored projection is not the one that its key gives. Graft and PEFT from 0.21 on use the stored one; PEFT up to 0.20 would compute something else.',
    ja: '保存されている射影行列が、キーから生成されるものと異なります。Graft と PEFT 0.21 以降は保存されたものを使いますが、PEFT 0.20 以前では別の結果になります。',
  },
  patternsByOldRule: {
    en: 'Its rank and alpha patterns overlap. They are read as PEFT from 0.14 on reads them; an older PEFT trained it with other scales.',
    ja: 'ランクとアルファのパターンが重なっています。PEFT 0.14 以降と同じ読み方をします。それより古い PEFT では別の倍率で学習されています。',
  },
  ownHead: {
    en: 'Its configuration says that the embedding is its output head, but its weights hold a head of their own, which differs: that one is used.',
    ja: '設定では埋め込みが出力ヘッドを兼ねますが、重みにはそれと異なる独自のヘッドがあります。そのヘッドを使います。',
  },
  llamaCppOnly: {
    en: 'Its weights are in {types}, which llama.cpp alone reads: it can chat there, and be neither trained, served nor exported.',
    ja: '重みは {types} 形式で、読めるのは llama.cpp だけです。llama.cpp でのチャットはできますが、学習、サーバーでの提供、書き出しはできません。',
  },
});
