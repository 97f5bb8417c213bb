/** Who stories are about, with the words that stand for them. */
import { withArticle } from '../topic.ts';

export interface Hero {
  /** In a request: `Anna`, `a fox`. */
  readonly asked: string;
  /** In the middle of a sentence: `Anna`, `the fox`. */
  readonly name: string;
  /** First sentence of a story. */
  readonly opening: string;
  readonly he: string;
  readonly him: string;
  readonly his: string;
  readonly kind: 'child' | 'animal' | 'worker';
}

const pronouns = { she: ['she', 'her', 'her'], he: ['he', 'him', 'his'], it: ['it', 'it', 'its'] } as const;
type Pronoun = keyof typeof pronouns;

const girls = ['Anna', 'Clara', 'Mia', 'Lucy', 'Nora', 'Emma', 'Ida', 'Rosa'];
const boys = ['Ben', 'Tom', 'Leo', 'Sam', 'Max', 'Jack', 'Paul', 'Otto'];

function hero(asked: string, name: string, opening: string, pronoun: Pronoun, kind: Hero['kind']): Hero {
  const [he, him, his] = pronouns[pronoun];
  return { asked, name, opening, he, him, his, kind };
}

const child = (name: string, noun: string, pronoun: Pronoun): Hero =>
  hero(name, name, `${name} was a ${noun} who lived in a small village.`, pronoun, 'child');

const animal = (noun: string, place: string, mood: string): Hero =>
  hero(withArticle(noun), `the ${noun}`, `Once there was a ${mood} ${noun} that lived ${place}.`, 'it', 'animal');

const worker = (noun: string, place: string, mood: string, pronoun: Pronoun): Hero =>
  hero(
    withArticle(noun),
    `the ${noun}`,
    `Once there was ${withArticle(mood)} ${noun} who lived ${place}.`,
    pronoun,
    'worker',
  );

export const children: readonly Hero[] = [
  ...girls.map((name) => child(name, 'girl', 'she')),
  ...boys.map((name) => child(name, 'boy', 'he')),
];

export const animalHeroes: readonly Hero[] = [
  animal('fox', 'in the forest', 'little'),
  animal('owl', 'in an old tree', 'wise'),
  animal('bear', 'in a cave', 'big'),
  animal('mouse', 'under a barn', 'small'),
  animal('rabbit', 'near a field', 'young'),
  animal('cat', 'in a quiet street', 'black'),
  animal('dog', 'on a farm', 'brown'),
  animal('duck', 'on a pond', 'white'),
  animal('hen', 'on a farm', 'red'),
  animal('frog', 'in a pond', 'green'),
  animal('horse', 'in a stable', 'white'),
  animal('donkey', 'in a stable', 'grey'),
  animal('hedgehog', 'in the garden', 'small'),
  animal('squirrel', 'in a tall tree', 'quick'),
  animal('wolf', 'in the forest', 'lonely'),
  animal('lion', 'in Africa', 'strong'),
  animal('elephant', 'in Africa', 'gentle'),
  animal('monkey', 'in the jungle', 'merry'),
  animal('penguin', 'in the cold south', 'small'),
  animal('turtle', 'by the sea', 'slow'),
  animal('whale', 'in the sea', 'kind'),
  animal('bee', 'in a hive', 'busy'),
  animal('dragon', 'in a cave', 'green'),
  animal('robot', 'in an old house', 'lonely'),
  animal('ghost', 'in an old tower', 'friendly'),
  animal('bird', 'in a tall tree', 'little'),
];

export const workers: readonly Hero[] = [
  worker('baker', 'in a small town', 'kind', 'he'),
  worker('farmer', 'outside the village', 'poor', 'he'),
  worker('gardener', 'beside the castle', 'quiet', 'she'),
  worker('teacher', 'in a small town', 'young', 'she'),
  worker('doctor', 'in a small town', 'good', 'she'),
  worker('fisherman', 'by the sea', 'old', 'he'),
  worker('sailor', 'by the harbour', 'young', 'he'),
  worker('captain', 'by the harbour', 'brave', 'she'),
  worker('pirate', 'on an old ship', 'loud', 'he'),
  worker('shopkeeper', 'near the market', 'polite', 'she'),
  worker('tailor', 'in a narrow street', 'poor', 'he'),
  worker('king', 'in a castle', 'sad', 'he'),
  worker('queen', 'in a castle', 'clever', 'she'),
  worker('miller', 'beside the river', 'strong', 'he'),
  worker('painter', 'in a bright room', 'merry', 'she'),
  worker('princess', 'in a castle', 'brave', 'she'),
  worker('prince', 'in a castle', 'young', 'he'),
  worker('knight', 'in an old tower', 'brave', 'he'),
  worker('witch', 'in the forest', 'old', 'she'),
  worker('giant', 'on a high mountain', 'gentle', 'he'),
  worker('fairy', 'in the garden', 'small', 'she'),
];

export const heroes: readonly Hero[] = [...children, ...animalHeroes, ...workers];
