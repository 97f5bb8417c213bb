/** The sea, the sky, the weather and the landscape: several small descriptions of each. */
import { alternatives, factsOf, factTopic, readTable, saidLines, withArticle } from './topic.ts';
import type { Topic } from './topic.ts';

/** Sentences with `/` between them; any two or three in their order make a description. */
const subjects = readTable(
  ['name', 'is', 'sentences'],
  `
  the sea       | a great deal of salt water            | The sea is wide and blue. / Many fish live in it. / Ships sail over it from one land to another.
  the ocean     | a very big sea                        | The ocean is deep and wide. / Whales and sharks swim in it. / Its waves never stop.
  the sun       | a hot star                            | The sun is bright and hot. / It rises in the morning and sets in the evening. / It makes the plants grow.
  the moon      | a ball of grey rock                   | The moon is round and pale. / It shines at night. / It moves around the earth.
  the stars     | suns that are far away                | The stars are small lights in the night sky. / Each star is a sun that is far away. / Sailors find their way by them.
  the sky       | the air above us                      | The sky is blue in the day and black at night. / Birds and clouds move across it. / In the evening it turns red.
  the rain      | water that falls from the clouds      | The rain falls from grey clouds. / It makes the streets wet and the gardens green. / After it you may see a rainbow.
  the snow      | frozen water that falls from the sky  | The snow is white and cold. / It covers the fields in winter. / Children like to play in it.
  the wind      | air that moves                        | The wind is air that moves. / It bends the trees and pushes the ships. / Nobody can see it, but everybody can feel it.
  the storm     | strong wind with heavy rain           | The storm brings strong wind and heavy rain. / The waves grow high and the trees bend. / It is best to stay at home.
  the fog       | a cloud that lies on the ground       | The fog is a cloud that lies on the ground. / It hides the houses and the trees. / Ships must go slowly in it.
  the clouds    | many tiny drops of water              | The clouds are made of tiny drops of water. / They float in the sky. / When they are heavy, it rains.
  the rainbow   | coloured light in the rain            | The rainbow has seven colours. / You can see it when the sun shines into the rain. / It is gone after a short time.
  the forest    | a place with many trees               | The forest is full of tall trees. / Foxes, owls and deer live in it. / It is cool and quiet there.
  the river     | water that flows to the sea           | The river flows from the hills to the sea. / Fish swim in it, and ducks swim on it. / There is a bridge over it.
  the lake      | still water with land around it       | The lake is calm and clear. / In summer people swim in it. / In winter it may freeze.
  the mountain  | a very high hill                      | The mountain is high and steep. / There is snow on its top. / From there you can see far over the land.
  the hill      | a small mountain                      | The hill is green and round. / Sheep eat grass on it. / From the top you can see the village.
  the desert    | a dry place with much sand            | The desert is hot and dry. / There is sand everywhere and little water. / Camels can live there.
  the beach     | the sand beside the sea               | The beach is full of warm sand. / Children build castles there. / The waves bring shells to it.
  the island    | land with water all around it         | The island lies in the middle of the sea. / Palm trees grow on it. / You can reach it only by boat.
  the garden    | a place where flowers grow            | The garden is full of flowers. / Bees and butterflies visit it. / There is a bench under the apple tree.
  the tree      | a tall plant with a trunk of wood     | The tree is tall and green. / Birds build nests in it. / In autumn its leaves fall.
  the flower    | the bright part of a plant            | The flower is small and bright. / It smells sweet. / Bees come to drink from it.
  the village   | a few houses close together           | The village is small and quiet. / Everybody knows everybody there. / There is a well in the middle.
  the town      | many houses and streets               | The town has many streets and shops. / There is a market on Saturday. / A tall clock stands in the middle.
  the market    | a place where people buy and sell     | The market is full of people. / You can buy apples, bread and fish there. / It begins early in the morning.
  the farm      | a place with fields and animals       | The farm lies outside the village. / Cows, pigs and hens live there. / The farmer gets up very early.
  the school    | a place where children learn          | The school is full of children. / They learn to read and to count there. / At noon the bell rings.
  the harbour   | a safe place for ships                | The harbour is full of ships. / Sailors carry boxes and ropes. / A lighthouse shows the way at night.
  the castle    | a strong old house of stone           | The castle stands on a hill. / A king and a queen live in it. / It has thick walls of stone.
  the night     | the dark part of the day              | The night is dark and quiet. / The moon and the stars shine. / Most people sleep, but the owl is awake.
  the morning   | the beginning of the day              | The morning is fresh and bright. / The sun rises and the birds sing. / People get up and eat breakfast.
  the evening   | the end of the day                    | The evening is calm and warm. / The sun sets and the sky turns red. / People come home and rest.
  fire          | hot burning light                     | Fire is bright and hot. / It keeps us warm and cooks our food. / You must never play with it.
  water         | a clear drink without taste           | Water is clear and has no taste. / It falls as rain and flows in rivers. / Everybody needs it.
  ice           | frozen water                          | Ice is frozen water. / It is hard and cold. / It melts when it gets warm.
  music         | sounds that are nice to hear          | Music is made with drums, fiddles and voices. / It can be sad or merry. / People dance to it.
  friendship    | the love between friends              | Friendship means that you help each other. / A good friend listens to you. / Friends share good days and bad days.
  love          | a warm feeling for somebody           | Love is a warm feeling. / You want the other person to be happy. / It grows when it is shared.
  happiness     | a bright feeling                      | Happiness is a bright feeling. / It often comes from small things. / A walk with a friend can bring it.
  `,
);

/** One to three sentences of `all`, in order, beginning with the first. */
const descriptions = (all: readonly string[]): readonly string[] => [
  all.join(' '),
  ...all.slice(1).map((sentence) => `${all[0] ?? ''} ${sentence}`),
];

const subjectFacts = factsOf(
  subjects.map(({ name, is, sentences }) => {
    const are = name === 'the stars' || name === 'the clouds' ? 'are' : 'is';
    const bare = name.replace(/^the /, '');
    const one = name === bare || are === 'are' ? '' : ` / What is ${withArticle(bare)}?`;
    return {
      name,
      is,
      are,
      said: descriptions(alternatives(sentences)).join(' / '),
      explained: `Explain what ${name} ${are}.${one}`,
    };
  }),
  `
  Tell me about {name}. / Write about {name}. / Describe {name}. / Tell me something about {name}.
    / What do you know about {name}? / Write a few lines about {name}. / What can you tell me about {name}?
    / Say something about {name}. => {said}
  What {are} {name}? / {explained} => {Name} {are} {is}.
  `,
);

const looks = readTable(
  ['name', 'quality', 'others'],
  `
  the sky       | blue   | green, red
  the sea       | blue   | red, dry
  grass         | green  | blue, hard
  snow          | cold   | hot, black
  snow          | white  | green, black
  ice           | cold   | hot, soft
  fire          | hot    | cold, wet
  the sun       | hot    | cold, small
  water         | wet    | dry, sweet
  the night     | dark   | bright, green
  the desert    | dry    | wet, cold
  a feather     | light  | heavy, hard
  a stone       | hard   | soft, light
  a pillow      | soft   | hard, wet
  a mountain    | high   | low, small
  a leaf        | green  | blue, heavy
  coal          | black  | white, sweet
  gold          | yellow | green, cheap
  blood         | red    | blue, green
  the moon      | round  | square, hot
  a river       | long   | short, dry
  a knife       | sharp  | soft, round
  a rose        | red    | black, hard
  the wind      | free   | blue, round
  winter        | cold   | hot, green
  summer        | warm   | cold, white
  `,
);

const colours = new Set(['blue', 'green', 'white', 'black', 'yellow', 'red']);

const lookFacts = looks.flatMap((look) => [
  ...factsOf([look], 'Is {name} {quality}? => Yes, {name} is {quality}.'),
  ...factsOf(
    look.others.split(', ').map((other) => ({ ...look, other })),
    'Is {name} {other}? => No, {name} is not {other}. It is {quality}.',
  ),
  ...factsOf(
    [look].filter(({ quality }) => colours.has(quality)),
    `
    What colour is {name}? / Which colour does {name} have? / Tell me the colour of {name}. / What is the colour of {name}?
      => {Name} is {quality}.
    `,
  ),
]);

const weather = saidLines(`
  What should I wear in the rain? / What should I wear when it rains? / It is raining. What should I wear? / What do I need when it rains? => Wear a coat and take an umbrella. / You should take an umbrella.
  What should I wear in the snow? / What should I wear when it snows? / It is snowing. What should I wear? => Wear a warm coat, a scarf and thick shoes. / You should wear a warm coat and a hat.
  What should I wear in winter? / What should I wear when it is cold? / It is cold today. What should I wear? / I am cold. => Wear a warm coat and a scarf. / You should put on a warm coat.
  What should I wear in summer? / What should I wear when it is hot? / It is hot today. What should I wear? / I am hot. => Wear light clothes and a hat. / You should wear a hat and drink much water.
  What should I do in a storm? / There is a storm outside. / What do I do when a storm comes? => Stay at home and close the windows. / You should stay inside until it is over.
  What can I do when it rains? / What should I do on a rainy day? / It is raining. What can I do? => You could read a book or bake a cake. / Stay inside and read a good book.
  What can I do when the sun shines? / What should I do on a sunny day? / The sun is shining. What can I do? => You could go for a walk in the park. / Go outside and play with a ball.
  What can I do in the snow? / What can we do when it snows? => You could build a snowman. / You could build a snowman and drink hot tea.
  Why does it rain? / Where does rain come from? / How does rain form? => It rains because the drops in the clouds become too heavy. / Rain falls from clouds that are full of water.
  Why is the sky blue? => The sky is blue because the air scatters the blue light of the sun.
  Why is the sea salty? => The sea is salty because rivers carry salt into it.
  Why is it dark at night? / Why does it get dark? => It is dark at night because the sun is on the other side of the earth.
  Why is it cold in winter? => It is cold in winter because the sun stands low and the days are short.
  Why do leaves fall? / Why do the leaves fall in autumn? => Leaves fall in autumn because the trees rest in winter.
  Why do birds sing? => Birds sing because they want to find each other.
  Why do birds fly south? => Some birds fly south because it is too cold for them in winter.
  Why do we sleep? / Why do people sleep? => We sleep because our bodies need rest.
  Why do we eat? / Why do people eat? => We eat because food gives us strength.
  Why do plants need water? / How do plants grow? / What do plants need? => Plants need water, light and good earth to grow.
  Why does ice melt? => Ice melts because it gets warm.
  Why does a ship float? / Why do ships float? => A ship floats because it is lighter than the water that it pushes away.
  Why do people sing? => People sing because it makes them happy.
  Why do people read books? / Why should I read books? => People read books because they like good stories.
  Where does the sun rise? / Where does the sun come up? => The sun rises in the east.
  Where does the sun set? / Where does the sun go down? => The sun sets in the west.
  What comes after the rain? / What can I see after the rain? => After the rain you can often see a rainbow.
  What is the weather like today? / How is the weather? / What is the weather like? / Will it rain today? => I cannot see outside, but I hope that the sun is shining. / I have no window, so please look outside for me.
  What falls from the sky in winter? => Snow falls from the sky in winter.
  How many colours does a rainbow have? => A rainbow has seven colours.
  What shines at night? => The moon and the stars shine at night.
  What shines in the day? => The sun shines in the day.
  What is the biggest ocean? / What is the largest ocean? / Which ocean is the biggest? => The Pacific is the biggest ocean.
  What is the highest mountain? / Which mountain is the highest? => Mount Everest is the highest mountain.
  What is the longest river? / Which river is the longest? => The Nile is the longest river.
  What is the biggest animal? / Which animal is the biggest? => The blue whale is the biggest animal.
  What is the fastest animal? / Which animal is the fastest? => The cheetah is the fastest animal on land.
  What is the tallest animal? / Which animal is the tallest? => The giraffe is the tallest animal.
`);

export const natureTopics: readonly Topic[] = [
  factTopic('nature', 9, subjectFacts),
  factTopic('looks', 3, lookFacts),
  factTopic('weather', 4, weather),
];
