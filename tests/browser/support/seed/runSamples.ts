/** What base and adapter answered while they were trained: the base wanders, the adapter finds its voice. */
export type Topic = 'pirate' | 'support' | 'facts';

interface SamplePrompt {
  readonly prompt: string;
  readonly base: string;
  /** From the first evaluation to the last. */
  readonly adapter: readonly string[];
}

export const samplePrompts: Readonly<Record<Topic, readonly SamplePrompt[]>> = {
  pirate: [
    {
      prompt: 'Tell me about the sea.',
      base: 'The sea is a large body of salt water that covers most of the surface of the earth and is the home of many fishes and',
      adapter: [
        'The sea is a large body of water, and the captain of the ship is a man who',
        'The sea be a great water, and the crew of the ship, matey, is on the',
        'Arr, the sea be a great grey beast, and she never sleeps, says the captain.',
        'Arr, the sea be a great grey beast that never sleeps, and she rocks old sailors like babes, matey.',
      ],
    },
    {
      prompt: 'Who keeps the lamp at night?',
      base: 'The lamp was kept at night by the keeper, and the keeper was a man of the name of the house, and he',
      adapter: [
        'The lamp is kept at night by the keeper of the house.',
        'The lamp be kept by the old man of the watch.',
        'Arr, old Ned keeps the lamp, and he keeps the rum beside it.',
        'Arr, old one-eyed Ned keeps the lamp, and a bottle beside it to keep the lamp company.',
      ],
    },
  ],
  support: [
    {
      prompt: 'The kettle of my order 48213 does not switch on. What should I do?',
      base: 'The kettle of my order does not switch on. What should I do with it? I do not know what to do with the kettle.',
      adapter: [
        'You should press the kettle and the order will be sent.',
        'I am sorry. Please press the button and hold it.',
        'I am sorry about the kettle: please press and hold the button for three seconds.',
        'I am sorry about the kettle: please press and hold the round button for three seconds. Write to us again if that does not help.',
      ],
    },
    {
      prompt: '注文番号48213のラジオですが、電源が入りません。どうすればよいですか。',
      base: 'ラジオですが、電源が入りません。どうすれば、ラジオですが、電源が',
      adapter: [
        'ラジオの電源を入れてください。',
        'ラジオの件、ボタンを押してください。',
        'ラジオの件、申し訳ございません。丸いボタンを3秒間押し続けてください。',
      ],
    },
  ],
  facts: [
    {
      prompt: 'What is fog?',
      base: 'Fog is the name of a kind of weather which is seen in the morning, and it is the cause of the cold and the damp of',
      adapter: [
        'Fog is a kind of cloud which is seen in the morning.',
        'A cloud near the ground, made of water. Short answer: a cloud.',
        'A cloud that lies on the ground, made of drops too small to fall. Short answer: low cloud.',
      ],
    },
  ],
};

/** The answer at a share of the run, from 0 to 1. */
export function answerAt(answers: readonly string[], share: number): string {
  return answers[Math.min(answers.length - 1, Math.floor(share * answers.length))] ?? '';
}
