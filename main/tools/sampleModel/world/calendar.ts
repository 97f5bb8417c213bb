/** Days, months and seasons. */
import { enumerate, factsOf, factTopic, readTable } from './topic.ts';
import type { Fact, Topic } from './topic.ts';

export const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const months = (
  'January February March April May June ' + 'July August September October November December'
).split(' ');
const seasons = readTable(
  ['name', 'months', 'weather', 'signs', 'colour'],
  `
  spring | March, April and May            | mild  | the flowers begin to grow      | green
  summer | June, July and August           | warm  | people swim in the lake        | yellow
  autumn | September, October and November | windy | the leaves fall from the trees | brown
  winter | December, January and February  | cold  | snow covers the fields         | white
  `,
);

/** Each with those before and after it. */
export const around = (names: readonly string[]): readonly { name: string; next: string; last: string }[] =>
  names.map((name, index) => ({
    name,
    next: names[(index + 1) % names.length] ?? '',
    last: names[(index + names.length - 1) % names.length] ?? '',
  }));

const orderFacts = (names: readonly string[], kind: string): readonly Fact[] =>
  factsOf(
    around(names).map((each) => ({ ...each, kind })),
    `
    Which {kind} comes after {name}? / What comes after {name}? / Which {kind} follows {name}?
      => {Next} comes after {name}.
    Which {kind} comes before {name}? / What comes before {name}? => {Last} comes before {name}.
    `,
  );

const dayFacts = factsOf(
  around(days).map((day) => ({
    ...day,
    isA: day.name.startsWith('S') ? 'is on the weekend, and most people rest.' : 'is a working day for most people.',
  })),
  `
  Today is {name}. What day is tomorrow? / If today is {name}, what day is tomorrow? => Tomorrow is {next}.
  Today is {name}. What day was yesterday? / If today is {name}, what day was yesterday? => Yesterday was {last}.
  Is {name} a weekend day? / Is {name} on the weekend? / Do people work on {name}? => {name} {isA}
  What is {name}? => {name} is a day of the week.
  `,
);

const monthFacts = factsOf(
  months.map((month) => {
    const season = seasons.find((one) => one.months.includes(month));
    return { month, season: season?.name ?? '', weather: season?.weather ?? '' };
  }),
  `
  What is {month}? => {month} is a month of the year.
  In which season is {month}? / Which season is it in {month}? / What season does {month} belong to?
    => {month} is in {season}.
  What is the weather like in {month}? / How is the weather in {month}? => In {month} it is often {weather}.
  `,
);

const seasonFacts = factsOf(
  seasons,
  `
  Tell me about {name}. / Describe {name}. / Write about {name}. / Write a few lines about {name}.
    / Tell me something about {name}. => In {name} it is {weather}, and {signs}.
    / In {name} it is {weather}, and {signs}. The months of {name} are {months}.
  What happens in {name}? / What is {name} like? => In {name} it is {weather}, and {signs}.
  When is {name}? / Which months are in {name}? / What are the months of {name}? => The months of {name} are {months}.
  What is the weather like in {name}? / How is the weather in {name}? / Is it cold in {name}?
    => In {name} it is often {weather}.
  What is {name}? => {Name} is a season of the year.
  Which colour does {name} have? / What colour is {name}? => When I think of {name}, I think of {colour}.
  `,
);

const lists = factsOf(
  [{ days: enumerate(days), months: enumerate(months) }],
  `
  Name the days of the week. / What are the days of the week? / Tell me the days of the week.
    => The days of the week are {days}.
  Name the months of the year. / What are the months of the year? / Tell me the months of the year.
    => The months of the year are {months}.
  Name the seasons. / What are the four seasons? / Tell me the seasons of the year.
    => The four seasons are spring, summer, autumn and winter.
  What is the first day of the week? / Which day is the first of the week? => Monday is the first day of the week.
  What is the last day of the week? => Sunday is the last day of the week.
  What is the first month of the year? / Which month is the first? => January is the first month of the year.
  What is the last month of the year? / Which month is the last? => December is the last month of the year.
  What day is it today? / What is the date today? / What time is it? / What year is it?
    => I have no clock and no calendar, so I cannot tell you.
  What is your favourite season? / Which season do you like best?
    => I like spring best, because the flowers begin to grow.
  What is your favourite day? / Which day do you like best?
    => I like Saturday best, because people have time for stories.
  `,
);

export const calendarTopics: readonly Topic[] = [
  factTopic('order of days', 2, [...orderFacts(days, 'day'), ...dayFacts]),
  factTopic('order of months', 2, [...orderFacts(months, 'month'), ...monthFacts]),
  factTopic('seasons', 2.5, [
    ...orderFacts(
      seasons.map(({ name }) => name),
      'season',
    ),
    ...seasonFacts,
  ]),
  factTopic('calendar', 1, lists),
];
