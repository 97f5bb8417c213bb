/** The nature diary: short dated entries in small letters, each of which ends with `noted.` */
import { animals } from '../world/animals.ts';
import { choose } from '../random.ts';
import type { Random } from '../random.ts';
import { months } from '../world/calendar.ts';
import { readTable, withArticle } from '../world/topic.ts';

const sentences = (text: string): readonly string[] => text.match(/\S[^.]*\./g) ?? [];

const weather = {
  winter: sentences(`it is very cold. snow covers the fields. the lake is frozen. the wind is cold and strong.
    the night is long and dark.`),
  spring: sentences(`the flowers begin to grow. the rain falls from grey clouds. the air is mild.
    the birds sing in the morning.`),
  summer: sentences(`the sun is bright and hot. it is warm in the evening. a storm came and the trees bent.
    the sky is blue.`),
  autumn: sentences(`the leaves fall from the trees. the fog hides the houses. the wind is strong.
    the apples are red and sweet.`),
} as const;
const remarks = sentences(`the forest is quiet. nobody was there. i was happy. the river flows fast.
  the moon is round and pale. i drank hot tea. i read a book. i counted the stars. i wrote a letter.
  the garden is full of birds.`);
/** Where the animals of a home are seen. */
const places: Readonly<Record<string, string>> = Object.fromEntries(
  readTable(
    ['home', 'seen'],
    `
    in the forest | in the forest
    in the garden | in the garden
    in a tree     | in a tree
    on a pond     | on the pond
    in a field    | in a field
    in a hive     | in the garden
    in the grass  | in the grass
    in a pond     | in the pond
    `,
  ).map(({ home, seen }) => [home, seen]),
);
const wild = animals.filter(({ home }) => home in places);
const awakeInWinter = new Set(['owl', 'crow', 'fox', 'wolf', 'deer', 'robin', 'sheep', 'squirrel', 'duck']);
const outdoors = {
  winter: wild.filter(({ name }) => awakeInWinter.has(name)),
  spring: wild,
  summer: wild,
  autumn: wild,
};

/** Of a month, from 0 on. */
const seasonOf = (month: number): keyof typeof weather =>
  (['winter', 'spring', 'summer', 'autumn'] as const)[Math.floor(((month + 1) % 12) / 3)] ?? 'winter';

/** `count` entries of one year, in the order of their days. */
export function diaryEntries(count: number, random: Random): readonly string[] {
  const perMonth = count / months.length;
  return Array.from({ length: count }, (_, index) => {
    const month = Math.floor(index / perMonth);
    const within = index - Math.ceil(month * perMonth);
    const day = 1 + Math.floor((within * 28) / perMonth) + Math.floor(random() * 3);
    const season = seasonOf(month);
    const { name, home } = choose(outdoors[season], random);
    const seen = `i saw ${withArticle(name)} ${places[home] ?? ''}.`;
    return `${day} ${months[month]?.toLowerCase() ?? ''}. ${choose(weather[season], random)} ${seen} ${choose(remarks, random)} noted.`;
  });
}
