/**
 * Plots: what somebody wants, what is in the way and why, what helps, and how it ends. Each sentence follows from those
 * before it; where there are alternatives, every one fits every other.
 */
import { choose } from '../../random.ts';
import type { Random } from '../../random.ts';
import { alternatives, capitalise, fill, rowsOf } from '../topic.ts';
import { animalHeroes, children } from './heroes.ts';
import type { Hero } from './heroes.ts';

export interface Plot {
  /** In a request: `a lost ball`. */
  readonly about: string;
  readonly fits: (hero: Hero) => boolean;
  /** Sentences after the opening. */
  readonly tell: (hero: Hero, friend: Hero, random: Random) => readonly string[];
}

/**
 * What it is about and whose it can be (kinds and names), what is drawn for it (`one, other: a, b / c, d` draws the two
 * together), and its sentences with alternatives. An empty line stands between two plots.
 */
const written = `
  a lost thing | child, worker
  thing: red ball / silver key / green hat / blue book / gold coin / warm scarf
  first, found: under the bed, behind the door / in the garden, under the apple tree / on the table, in the basket
    / in the street, beside the well
  One day {name} lost {his} {thing}.
  {he} looked {first}, but it was not there.
  Then {friend} came and helped {name} to look.
  They found the {thing} {found}, and {name} was very happy.

  a hungry friend | child, worker, animal
  food: a piece of bread / a big apple / some cheese / a pear / a bowl of soup / some nuts
  One morning {name} met {friend}, who was very hungry.
  {name} had only {food}.
  {he} shared it, and both of them ate. / {he} gave half of it away, and both of them ate.
  From that day on they were good friends. / Since then they have shared everything.
    / In the evening they were still together, and {his} heart was warm.

  the rain | child, worker, animal
  place: under a big tree / in an old barn / under a bridge / in a small cave
  One day {name} went for a walk, and it began to rain.
  {he} ran and found a dry place {place}.
  {friend} was already there, so they waited together and told each other stories.
  When the rain stopped, they saw a rainbow. / Soon the sun came out again, and they walked home.

  a storm | a fisherman, a sailor, a captain, a pirate, Tom, Anna, Jack, Clara, Nora, Sam
  One day {name} sailed out to sea in {his} small boat.
  Suddenly a storm came, and the waves grew high. / In the evening the wind grew strong, and the waves rose like hills.
  {name} was afraid, but then {he} saw the light of the lighthouse.
  {he} followed the light and came safely into the harbour.
    / {he} sailed towards the light, and soon {he} was safe at home.

  a treasure | a pirate, a captain, a sailor, Ben, Mia, Leo, Lucy, Jack, a monkey, a mouse
  what: gold coins / old books / silver cups / bright stones
  One day {name} found an old map.
  {he} followed it to an island with three palm trees. / It led over a bridge and into the forest.
  There {he} dug a deep hole and found a box full of {what}.
  {name} gave some of them to everybody in need and was happy.
    / {name} shared the treasure with all the friends at home.

  an old pirate | child
  One day {name} met an old pirate at the harbour.
  "Arr, ahoy, matey!" said the pirate. "Where be ye going?" / "Arr, me hearty!" said the pirate. "Have ye seen me ship?"
    / "Arr, matey!" said the pirate. "It be a fine day for the sea, says I."
    / "Yo ho ho, me hearty!" said the pirate. "Be this yer ship?"
    / "Shiver me timbers!" said the pirate. "Ye be a brave one, matey!"
  {name} laughed and showed him the way. / {name} was not afraid and gave him an apple.
  The pirate thanked {name} and told a story about the sea. / Then {he} ran home and told everybody about the pirate.

  a small shop | child
  thing: a red ball / some bread / a pencil / a warm hat / six eggs / a kite
  One day {name} went to the shop to buy {thing}.
  "Certainly, dear customer!" said the shopkeeper. "It is our pleasure."
    / "Welcome to our shop, dear customer!" said the shopkeeper. "How may we help you?"
    / "With pleasure, dear customer!" said the shopkeeper. "Is there anything else that we can do for you?"
  {name} paid with a silver coin and said thank you.
  "Please come again soon, dear customer!" said the shopkeeper. / Then {he} went home and was very happy.

  the snow | child, a fox, a rabbit, a penguin, a teacher, a king, a baker
  One winter morning everything was white with snow.
  {name} met {friend}, and together they built a snowman.
  They gave it a carrot for a nose and {name} gave it {his} hat.
    / They gave it two black stones for eyes and a carrot for a nose.
  When the sun came, the snowman melted, but they only laughed.
    / In the evening {he} was cold and tired, but very happy.

  a birthday | child, worker, animal
  It was {name}'s birthday, but nobody said a word about it.
  {name} was sad and went for a long walk.
  When {he} came home, {friend} was waiting with a big cake.
  "Happy birthday!" they all cried. / All the friends sang a song for {him}.

  a little tree | child, worker
  tree, fruit: apple, apples / cherry, cherries / pear, pears / plum, plums
  One spring {name} put a seed into the ground.
  {he} gave it water every day and waited. / Every morning {he} gave it water, and the sun gave it light.
  After some years there was a tall {tree} tree.
  Then {name} ate sweet {fruit} with all the neighbours. / Now everybody in the street has {fruit} in autumn.

  the dark | child, animal
  {name} was afraid of the dark and could not sleep.
  One night {friend} came and sat down beside {him}. / But one night {friend} stayed with {him}.
  They looked at the stars and counted them together. / Together they listened to the quiet sounds of the night.
  Since then {he} has not been afraid any more. / Soon {he} fell asleep, and the moon shone over them.

  a race | child, worker, animal
  One day {name} and {friend} ran a race.
  {name} was faster, but on the way {he} stopped to drink. / {name} was slower, but {he} did not stop once.
  At the end they reached the old bridge at the same time.
  They laughed and agreed that both of them had won. / Then they sat down in the grass and shared a pear.

  a little bird | child, worker, animal
  One day {name} found a little bird with a broken wing.
    / One morning a little bird with a broken wing lay in the grass, and {name} saw it.
  {name} made a soft bed of leaves and brought it water and seeds.
  After two weeks the wing was strong again, and the bird flew away.
  But every spring it comes back and sings for {name}. / {name} looked up and was proud, because {he} had helped.

  a letter | child, worker
  One morning the postman brought a letter for {name}.
  It came from {his} old friend, who lived on an island. / It came from {his} brother, who was a sailor.
  "Please come and visit me," said the letter.
  So {name} packed a bag, and the next day {he} took the ship.
    / So {name} took the train to the sea, and they talked all night.

  a river | child, worker, animal
  One day {name} wanted to cross the river, but there was no bridge.
  {he} could not swim that far and sat down on a stone. / The water was cold and fast, so {he} did not know what to do.
  Then {friend} came and pushed a long tree over the water.
  Now there is a bridge, and {name} crosses it every day.
    / So {name} reached the other side with dry feet and said thank you.

  music | child, worker, animal
  instrument: fiddle / drum / flute
  {name} loved music more than anything else, but {he} had no {instrument}.
  One day {friend} gave {name} an old {instrument}.
  At first it sounded terrible, but {he} played every day. / {he} practised every evening until it sounded sweet.
  In summer the whole village danced to the music. / Now everybody stops and listens.

  the market | child, worker
  food, dish: apples, an apple pie / tomatoes, tomato soup / eggs, pancakes / fish, a fish soup / plums, a plum cake
  On Saturday {name} went to the market to buy {food}.
  There were so many people that {he} had to wait for a long time.
    / The {food} were fresh, and {he} bought a whole basket.
  At home {he} made {dish}.
  It smelled so good that all the neighbours came to dinner. / {name} ate until nothing was left.

  swimming | child, a bear, a dog, a king, a cat, a mouse
  {name} wanted to swim in the lake, but {he} did not know how.
  {friend} showed {him} how to move in the water.
  At first {name} swallowed much water and coughed.
    / On the first day {name} was afraid, on the second day a little less.
  At the end of the summer {he} swam from one side to the other. / Now {he} swims every morning.
`;

const drawn = /^(\w+(?:, \w+)?): (.*)/;

function readPlot(text: string): Plot {
  const [title = '', ...rows] = rowsOf(text);
  const [about = '', whose = ''] = title.split(' | ');
  const allowed = new Set(whose.split(', '));
  const draws = rows.flatMap((row) => {
    const [, names, values] = drawn.exec(row) ?? [];
    return names === undefined || values === undefined
      ? []
      : [{ names: names.split(', '), values: alternatives(values) }];
  });
  const sentences = rows.filter((row) => !drawn.test(row)).map(alternatives);
  return {
    about,
    fits: ({ kind, asked }) => allowed.has(kind) || allowed.has(asked),
    tell(hero, friend, random) {
      const things = draws.flatMap(({ names, values }) => {
        const chosen = choose(values, random).split(', ');
        return names.map((name, index) => [name, chosen[index] ?? ''] as const);
      });
      const places = { ...hero, ...Object.fromEntries(things), friend: friend.asked };
      return sentences.map((ways) =>
        capitalise(fill(ways.length > 1 ? choose(ways, random) : (ways[0] ?? ''), places)),
      );
    },
  };
}

export const plots: readonly Plot[] = written.split(/\n *\n/).map(readPlot);

export const friends: readonly Hero[] = [...children, ...animalHeroes];
