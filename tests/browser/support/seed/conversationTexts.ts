/**
 * Conversations as people have them while they try their adapters: short ones, code and tables, Japanese, side by side.
 */

/** Who answers: the base, or the adapter at this place in the list that the conversation is given. */
export type Answerer = 'base' | number;

export interface SaidAnswer {
  readonly by: Answerer;
  readonly text: string;
  readonly state?: 'done' | 'stopped' | 'failed';
  readonly isCutOff?: boolean;
}

/** A message and the answers to it: one round of one or several lanes, and earlier rounds that were asked again. */
export interface Exchange {
  readonly said: string;
  /** An earlier wording of the message, with its answer: another branch. */
  readonly edited?: { readonly said: string; readonly answer: SaidAnswer };
  readonly earlier?: readonly SaidAnswer[];
  readonly answers: readonly SaidAnswer[];
  /** Of `answers`. */
  readonly vote?: { readonly lane: number; readonly blind: boolean };
}

export interface ConversationText {
  readonly title: string;
  readonly systemPrompt?: string;
  readonly isTrashed?: boolean;
  readonly exchanges: readonly Exchange[];
}

const python = `Here is a function that reads the file once and counts:

\`\`\`python
from collections import Counter
from pathlib import Path

def words(path: Path, most: int = 10) -> list[tuple[str, int]]:
    """The most common words, in small letters."""
    text = path.read_text(encoding="utf-8").lower()
    return Counter(text.split()).most_common(most)

if __name__ == "__main__":
    for word, count in words(Path("log.txt")):
        print(f"{count:6d}  {word}")
\`\`\`

Two things to know:

1. \`split()\` leaves punctuation on the words. Use \`re.findall(r"\\w+", text)\` if that matters.
2. The whole file is in memory. For **very large** files, count line by line.`;

const table = `| Method | Trains | File | Good for |
|---|---|---:|---|
| VeRA | two vectors a layer | 80 kB | many small voices |
| VB-LoRA | a bank of vectors | 140 kB | few, with more to learn |
| LoRA | two matrices a layer | 1.8 MB | the usual start |

> Start with VeRA: if the evaluation loss stays above LoRA's, go up in rank first.

The update of a layer is $\\Delta W = B A$, as in the [paper](https://arxiv.org/abs/2106.09685).`;

const japaneseReply = `お問い合わせありがとうございます。やかんの件、申し訳ございません。

次の順にお試しください。

1. 丸いボタンを**3秒間**押し続ける
2. コンセントを別の差し込み口に替える
3. それでも直らない場合は、注文番号を添えて再度ご連絡ください`;

export const conversationTexts: readonly ConversationText[] = [
  {
    title: 'Tell me about the sea.',
    exchanges: [
      {
        said: 'Tell me about the sea.',
        answers: [
          {
            by: 0,
            text: 'Arr, the sea be a great grey beast that never sleeps, and she rocks old sailors like babes, matey.',
          },
        ],
      },
      {
        said: 'And about the ship?',
        earlier: [
          {
            by: 'base',
            text: 'The ship was a large ship, and the ship was on the sea, and the captain of the ship was the captain.',
          },
        ],
        answers: [
          { by: 0, text: 'Arr, she be a leaky old tub with a proud heart, and I’d not trade her for ten new ones.' },
        ],
      },
      {
        said: 'Would you sail with her tonight?',
        edited: {
          said: 'Would you sail tonight?',
          answer: { by: 0, text: 'Arr, with a full moon and half a crew? Aye.' },
        },
        answers: [{ by: 1, text: 'Arr, tonight and every night, as long as the barrel is not empty, me hearty.' }],
      },
    ],
  },
  {
    title: 'Base, first try and final, side by side',
    exchanges: [
      {
        said: 'Who keeps the lamp at night?',
        answers: [
          {
            by: 'base',
            text: 'The lamp was kept at night by the keeper, and the keeper was a man of the name of the house.',
          },
          { by: 0, text: 'Arr, old one-eyed Ned keeps the lamp, and a bottle beside it to keep the lamp company.' },
          { by: 1, text: 'Arr, the lamp be kept by him who lost at dice, and that be always Ned.' },
        ],
        vote: { lane: 1, blind: true },
      },
      {
        said: 'What does he fear?',
        answers: [
          { by: 'base', text: 'He feared the night and the lamp.' },
          { by: 0, text: 'Arr, nothing but an empty bottle, and the cap’n’s parrot, says I.' },
          { by: 1, text: 'Arr, the dark behind the light.', state: 'stopped' },
        ],
        vote: { lane: 1, blind: true },
      },
    ],
  },
  {
    title: 'Count the words of a file',
    systemPrompt: 'You are a patient colleague. Answer with working code and few words.',
    exchanges: [
      { said: 'Write a small Python program that counts the words of a file.', answers: [{ by: 2, text: python }] },
      {
        said: 'Which method should I train this with? A table, please.',
        answers: [{ by: 2, text: table, isCutOff: true }],
      },
    ],
  },
  {
    title: '注文番号48213のやかん',
    systemPrompt: '小さな店の係として、親切に、正確に答えます。',
    exchanges: [
      {
        said: '注文番号48213のやかんですが、電源が入りません。どうすればよいですか。',
        answers: [{ by: 3, text: japaneseReply }],
      },
      {
        said: '二番目も試しましたが、変わりません。',
        answers: [
          {
            by: 3,
            text: 'ご確認ありがとうございます。本日、新しい品をお送りいたします。お手元の品はそのままで結構です。',
          },
        ],
      },
    ],
  },
  {
    title: 'An answer that broke off',
    exchanges: [
      {
        said: 'What is fog?',
        answers: [{ by: 4, text: 'A cloud that lies on the ground, made of drops', state: 'stopped' }],
      },
      { said: 'Go on.', answers: [{ by: 4, text: '', state: 'failed' }] },
    ],
  },
  {
    title: 'Blind: which one writes to customers?',
    exchanges: [
      {
        said: 'The radio of my order 51877 makes a humming noise. What should I do?',
        answers: [
          { by: 2, text: 'I am sorry about the radio: move it a hand’s width from the wall and listen again.' },
          {
            by: 3,
            text: 'I am sorry about the radio. Please send it back and we will look at it. Please send it back.',
          },
        ],
        vote: { lane: 0, blind: true },
      },
    ],
  },
  ...short([
    [
      'What is rain?',
      'Water vapour that cooled in the air, gathered into drops and became too heavy to float. Short answer: falling cloud.',
    ],
    [
      'Write about the whale.',
      'Arr, the whale be bigger than yer granny’s house, and twice as cross before breakfast, says I.',
    ],
    ['雪とは何ですか。', '雲の中で、氷点下で育った氷の結晶が、溶ける前に落ちてきたものです。'],
    ['A limerick about gradients', 'There once was a slope in a bowl,\nwhose minimum was its one goal …'],
    ['What does rank mean here?', 'How many directions the update of a layer may use. Short answer: its width.'],
  ]),
  {
    title: 'Thrown away',
    isTrashed: true,
    exchanges: [{ said: 'Test', answers: [{ by: 'base', text: 'Test test test test test.' }] }],
  },
];

function short(pairs: readonly (readonly [said: string, text: string])[]): ConversationText[] {
  return pairs.map(([said, text], index) => ({
    title: said,
    exchanges: [{ said, answers: [{ by: index % 3 === 0 ? 'base' : index % 3, text }] }],
  }));
}
