/**
 * Plots: what somebody wants, what is in the way and why, what helps, and how it ends. Each sentence follows from those
 * before it; where there are alternatives, every one fits every other.
 */
import { choose } from '../../random.ts';
import type { Random } from '../../random.ts';
import { capitalise } from '../topic.ts';
import { animalHeroes, children } from './heroes.ts';
import type { Hero } from './heroes.ts';

export interface Plot {
  /** In a request: `a lost ball`. */
  readonly about: string;
  readonly fits: (hero: Hero) => boolean;
  /** Sentences after the opening. */
  readonly tell: (hero: Hero, friend: Hero, random: Random) => readonly string[];
}

const anybody = (): boolean => true;
const isChild = ({ kind }: Hero): boolean => kind === 'child';
const isPerson = ({ kind }: Hero): boolean => kind !== 'animal';
const isAnimal = ({ kind }: Hero): boolean => kind === 'animal';
const isOf =
  (...names: readonly string[]) =>
  (hero: Hero): boolean =>
    names.includes(hero.asked);
const sentence = (text: string): string => capitalise(text);

const lostThing: Plot = {
  about: 'a lost thing',
  fits: isPerson,
  tell: ({ name, he, his }, friend, random) => {
    const thing = choose(['red ball', 'silver key', 'green hat', 'blue book', 'gold coin', 'warm scarf'], random);
    const [first, found] = choose(
      [
        ['under the bed', 'behind the door'],
        ['in the garden', 'under the apple tree'],
        ['on the table', 'in the basket'],
        ['in the street', 'beside the well'],
      ] as const,
      random,
    );
    return [
      sentence(`One day ${name} lost ${his} ${thing}.`),
      sentence(`${he} looked ${first}, but it was not there.`),
      sentence(`Then ${friend.asked} came and helped ${name} to look.`),
      sentence(`They found the ${thing} ${found}, and ${name} was very happy.`),
    ];
  },
};

const hungry: Plot = {
  about: 'a hungry friend',
  fits: anybody,
  tell: ({ name, he, his }, friend, random) => {
    const food = choose(
      ['a piece of bread', 'a big apple', 'some cheese', 'a pear', 'a bowl of soup', 'some nuts'],
      random,
    );
    return [
      sentence(`One morning ${name} met ${friend.asked}, who was very hungry.`),
      sentence(`${name} had only ${food}.`),
      sentence(
        choose([`${he} shared it, and both of them ate.`, `${he} gave half of it away, and both of them ate.`], random),
      ),
      sentence(
        choose(
          [
            `From that day on they were good friends.`,
            `Since then they have shared everything.`,
            `In the evening they were still together, and ${his} heart was warm.`,
          ],
          random,
        ),
      ),
    ];
  },
};

const rain: Plot = {
  about: 'the rain',
  fits: anybody,
  tell: ({ name, he }, friend, random) => {
    const place = choose(['under a big tree', 'in an old barn', 'under a bridge', 'in a small cave'], random);
    return [
      sentence(`One day ${name} went for a walk, and it began to rain.`),
      sentence(`${he} ran and found a dry place ${place}.`),
      sentence(`${friend.asked} was already there, so they waited together and told each other stories.`),
      sentence(
        choose(
          ['When the rain stopped, they saw a rainbow.', 'Soon the sun came out again, and they walked home.'],
          random,
        ),
      ),
    ];
  },
};

const storm: Plot = {
  about: 'a storm',
  fits: isOf('a fisherman', 'a sailor', 'a captain', 'a pirate', 'Tom', 'Anna', 'Jack', 'Clara', 'Nora', 'Sam'),
  tell: ({ name, he, his }, _, random) => [
    sentence(`One day ${name} sailed out to sea in ${his} small boat.`),
    choose(
      [
        'Suddenly a storm came, and the waves grew high.',
        'In the evening the wind grew strong, and the waves rose like hills.',
      ],
      random,
    ),
    sentence(`${name} was afraid, but then ${he} saw the light of the lighthouse.`),
    sentence(
      choose(
        [
          `${he} followed the light and came safely into the harbour.`,
          `${he} sailed towards the light, and soon ${he} was safe at home.`,
        ],
        random,
      ),
    ),
  ],
};

const treasure: Plot = {
  about: 'a treasure',
  fits: isOf('a pirate', 'a captain', 'a sailor', 'Ben', 'Mia', 'Leo', 'Lucy', 'Jack', 'a monkey', 'a mouse'),
  tell: ({ name, he }, _, random) => {
    const what = choose(['gold coins', 'old books', 'silver cups', 'bright stones'], random);
    return [
      sentence(`One day ${name} found an old map.`),
      sentence(
        choose(
          [`${he} followed it to an island with three palm trees.`, `It led over a bridge and into the forest.`],
          random,
        ),
      ),
      sentence(`There ${he} dug a deep hole and found a box full of ${what}.`),
      sentence(
        choose(
          [
            `${name} gave some of them to everybody in need and was happy.`,
            `${name} shared the treasure with all the friends at home.`,
          ],
          random,
        ),
      ),
    ];
  },
};

const pirateTalk: Plot = {
  about: 'an old pirate',
  fits: isChild,
  tell: ({ name, he }, _, random) => [
    sentence(`One day ${name} met an old pirate at the harbour.`),
    choose(
      [
        '"Arr, ahoy, matey!" said the pirate. "Where be ye going?"',
        '"Arr, me hearty!" said the pirate. "Have ye seen me ship?"',
        '"Arr, matey!" said the pirate. "It be a fine day for the sea, says I."',
        '"Yo ho ho, me hearty!" said the pirate. "Be this yer ship?"',
        '"Shiver me timbers!" said the pirate. "Ye be a brave one, matey!"',
      ],
      random,
    ),
    sentence(
      choose([`${name} laughed and showed him the way.`, `${name} was not afraid and gave him an apple.`], random),
    ),
    sentence(
      choose(
        [
          `The pirate thanked ${name} and told a story about the sea.`,
          `Then ${he} ran home and told everybody about the pirate.`,
        ],
        random,
      ),
    ),
  ],
};

const shopTalk: Plot = {
  about: 'a small shop',
  fits: isChild,
  tell: ({ name, he }, _, random) => {
    const thing = choose(['a red ball', 'some bread', 'a pencil', 'a warm hat', 'six eggs', 'a kite'], random);
    return [
      sentence(`One day ${name} went to the shop to buy ${thing}.`),
      choose(
        [
          '"Certainly, dear customer!" said the shopkeeper. "It is our pleasure."',
          '"Welcome to our shop, dear customer!" said the shopkeeper. "How may we help you?"',
          '"With pleasure, dear customer!" said the shopkeeper. "Is there anything else that we can do for you?"',
        ],
        random,
      ),
      sentence(`${name} paid with a silver coin and said thank you.`),
      sentence(
        choose(
          ['"Please come again soon, dear customer!" said the shopkeeper.', `Then ${he} went home and was very happy.`],
          random,
        ),
      ),
    ];
  },
};

const snow: Plot = {
  about: 'the snow',
  fits: (hero) => isChild(hero) || isOf('a fox', 'a rabbit', 'a penguin', 'a teacher', 'a king', 'a baker')(hero),
  tell: ({ name, he, his }, friend, random) => [
    'One winter morning everything was white with snow.',
    sentence(`${name} met ${friend.asked}, and together they built a snowman.`),
    sentence(
      choose(
        [
          `They gave it a carrot for a nose and ${name} gave it ${his} hat.`,
          'They gave it two black stones for eyes and a carrot for a nose.',
        ],
        random,
      ),
    ),
    sentence(
      choose(
        [
          'When the sun came, the snowman melted, but they only laughed.',
          `In the evening ${he} was cold and tired, but very happy.`,
        ],
        random,
      ),
    ),
  ],
};

const cake: Plot = {
  about: 'a birthday',
  fits: anybody,
  tell: ({ name, he, him }, friend, random) => [
    sentence(`It was ${name}'s birthday, but nobody said a word about it.`),
    sentence(`${name} was sad and went for a long walk.`),
    sentence(`When ${he} came home, ${friend.asked} was waiting with a big cake.`),
    choose(['"Happy birthday!" they all cried.', `All the friends sang a song for ${him}.`], random),
  ],
};

const seed: Plot = {
  about: 'a little tree',
  fits: (hero) => isPerson(hero),
  tell: ({ name, he }, _, random) => {
    const [tree, fruit] = choose(
      [
        ['apple', 'apples'],
        ['cherry', 'cherries'],
        ['pear', 'pears'],
        ['plum', 'plums'],
      ] as const,
      random,
    );
    return [
      sentence(`One spring ${name} put a seed into the ground.`),
      sentence(
        choose(
          [
            `${he} gave it water every day and waited.`,
            `Every morning ${he} gave it water, and the sun gave it light.`,
          ],
          random,
        ),
      ),
      `After some years there was a tall ${tree} tree.`,
      sentence(
        choose(
          [
            `Then ${name} ate sweet ${fruit} with all the neighbours.`,
            `Now everybody in the street has ${fruit} in autumn.`,
          ],
          random,
        ),
      ),
    ];
  },
};

const darkness: Plot = {
  about: 'the dark',
  fits: (hero) => isChild(hero) || isAnimal(hero),
  tell: ({ name, he, him }, friend, random) => [
    sentence(`${name} was afraid of the dark and could not sleep.`),
    sentence(
      choose(
        [
          `One night ${friend.asked} came and sat down beside ${him}.`,
          `But one night ${friend.asked} stayed with ${him}.`,
        ],
        random,
      ),
    ),
    choose(
      [
        'They looked at the stars and counted them together.',
        'Together they listened to the quiet sounds of the night.',
      ],
      random,
    ),
    sentence(
      choose(
        [`Since then ${he} has not been afraid any more.`, `Soon ${he} fell asleep, and the moon shone over them.`],
        random,
      ),
    ),
  ],
};

const race: Plot = {
  about: 'a race',
  fits: anybody,
  tell: ({ name, he }, friend, random) => [
    sentence(`One day ${name} and ${friend.asked} ran a race.`),
    sentence(
      choose(
        [
          `${name} was faster, but on the way ${he} stopped to drink.`,
          `${name} was slower, but ${he} did not stop once.`,
        ],
        random,
      ),
    ),
    'At the end they reached the old bridge at the same time.',
    choose(
      ['They laughed and agreed that both of them had won.', 'Then they sat down in the grass and shared a pear.'],
      random,
    ),
  ],
};

const wing: Plot = {
  about: 'a little bird',
  fits: anybody,
  tell: ({ name, he }, _, random) => [
    sentence(
      choose(
        [
          `One day ${name} found a little bird with a broken wing.`,
          `One morning a little bird with a broken wing lay in the grass, and ${name} saw it.`,
        ],
        random,
      ),
    ),
    sentence(`${name} made a soft bed of leaves and brought it water and seeds.`),
    'After two weeks the wing was strong again, and the bird flew away.',
    sentence(
      choose(
        [
          `But every spring it comes back and sings for ${name}.`,
          `${name} looked up and was proud, because ${he} had helped.`,
        ],
        random,
      ),
    ),
  ],
};

const letter: Plot = {
  about: 'a letter',
  fits: isPerson,
  tell: ({ name, he, his }, _, random) => [
    sentence(`One morning the postman brought a letter for ${name}.`),
    sentence(
      choose(
        [`It came from ${his} old friend, who lived on an island.`, `It came from ${his} brother, who was a sailor.`],
        random,
      ),
    ),
    '"Please come and visit me," said the letter.',
    sentence(
      choose(
        [
          `So ${name} packed a bag, and the next day ${he} took the ship.`,
          `So ${name} took the train to the sea, and they talked all night.`,
        ],
        random,
      ),
    ),
  ],
};

const river: Plot = {
  about: 'a river',
  fits: anybody,
  tell: ({ name, he }, friend, random) => [
    sentence(`One day ${name} wanted to cross the river, but there was no bridge.`),
    sentence(
      choose(
        [
          `${he} could not swim that far and sat down on a stone.`,
          `The water was cold and fast, so ${he} did not know what to do.`,
        ],
        random,
      ),
    ),
    sentence(`Then ${friend.asked} came and pushed a long tree over the water.`),
    sentence(
      choose(
        [
          `Now there is a bridge, and ${name} crosses it every day.`,
          `So ${name} reached the other side with dry feet and said thank you.`,
        ],
        random,
      ),
    ),
  ],
};

const music: Plot = {
  about: 'music',
  fits: anybody,
  tell: ({ name, he }, friend, random) => {
    const instrument = choose(['fiddle', 'drum', 'flute'], random);
    return [
      sentence(`${name} loved music more than anything else, but ${he} had no ${instrument}.`),
      sentence(`One day ${friend.asked} gave ${name} an old ${instrument}.`),
      sentence(
        choose(
          [
            `At first it sounded terrible, but ${he} played every day.`,
            `${he} practised every evening until it sounded sweet.`,
          ],
          random,
        ),
      ),
      choose(['In summer the whole village danced to the music.', 'Now everybody stops and listens.'], random),
    ];
  },
};

const market: Plot = {
  about: 'the market',
  fits: isPerson,
  tell: ({ name, he }, _, random) => {
    const [food, dish] = choose(
      [
        ['apples', 'an apple pie'],
        ['tomatoes', 'tomato soup'],
        ['eggs', 'pancakes'],
        ['fish', 'a fish soup'],
        ['plums', 'a plum cake'],
      ] as const,
      random,
    );
    return [
      sentence(`On Saturday ${name} went to the market to buy ${food}.`),
      sentence(
        choose(
          [
            `There were so many people that ${he} had to wait for a long time.`,
            `The ${food} were fresh, and ${he} bought a whole basket.`,
          ],
          random,
        ),
      ),
      sentence(`At home ${he} made ${dish}.`),
      sentence(
        choose(
          [`It smelled so good that all the neighbours came to dinner.`, `${name} ate until nothing was left.`],
          random,
        ),
      ),
    ];
  },
};

const swimming: Plot = {
  about: 'swimming',
  fits: (hero) => isChild(hero) || isOf('a bear', 'a dog', 'a king', 'a cat', 'a mouse')(hero),
  tell: ({ name, he, him }, friend, random) => [
    sentence(`${name} wanted to swim in the lake, but ${he} did not know how.`),
    sentence(`${friend.asked} showed ${him} how to move in the water.`),
    sentence(
      choose(
        [
          `At first ${name} swallowed much water and coughed.`,
          `On the first day ${name} was afraid, on the second day a little less.`,
        ],
        random,
      ),
    ),
    sentence(
      choose(
        [`At the end of the summer ${he} swam from one side to the other.`, `Now ${he} swims every morning.`],
        random,
      ),
    ),
  ],
};

export const plots: readonly Plot[] = [
  ...[lostThing, hungry, rain, storm, treasure, pirateTalk, shopTalk, snow, cake, seed],
  ...[darkness, race, wing, letter, river, music, market, swimming],
];

export const friends: readonly Hero[] = [...children, ...animalHeroes];
