/** Days, months and seasons. */
import { capitalise, enumerate, factTopic } from './topic.ts';
import type { Fact, Topic } from './topic.ts';

export const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const months = [
  ...[
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
] as const;
const seasons = [
  {
    name: 'spring',
    months: ['March', 'April', 'May'],
    weather: 'mild',
    signs: 'the flowers begin to grow',
    colour: 'green',
  },
  {
    name: 'summer',
    months: ['June', 'July', 'August'],
    weather: 'warm',
    signs: 'people swim in the lake',
    colour: 'yellow',
  },
  {
    name: 'autumn',
    months: ['September', 'October', 'November'],
    weather: 'windy',
    signs: 'the leaves fall from the trees',
    colour: 'brown',
  },
  {
    name: 'winter',
    months: ['December', 'January', 'February'],
    weather: 'cold',
    signs: 'snow covers the fields',
    colour: 'white',
  },
] as const;

function orderFacts(names: readonly string[], kind: string): readonly Fact[] {
  return names.flatMap((name, index) => {
    const next = names[(index + 1) % names.length] ?? '';
    const last = names[(index + names.length - 1) % names.length] ?? '';
    return [
      {
        questions: [
          `Which ${kind} comes after ${name}?`,
          `What comes after ${name}?`,
          `Which ${kind} follows ${name}?`,
        ],
        answers: [`${capitalise(next)} comes after ${name}.`],
      },
      {
        questions: [`Which ${kind} comes before ${name}?`, `What comes before ${name}?`],
        answers: [`${capitalise(last)} comes before ${name}.`],
      },
    ];
  });
}

const dayFacts: readonly Fact[] = days.flatMap((day, index) => {
  const tomorrow = days[(index + 1) % 7] ?? '';
  const yesterday = days[(index + 6) % 7] ?? '';
  const isWeekend = index >= 5;
  return [
    {
      questions: [`Today is ${day}. What day is tomorrow?`, `If today is ${day}, what day is tomorrow?`],
      answers: [`Tomorrow is ${tomorrow}.`],
    },
    {
      questions: [`Today is ${day}. What day was yesterday?`, `If today is ${day}, what day was yesterday?`],
      answers: [`Yesterday was ${yesterday}.`],
    },
    {
      questions: [`Is ${day} a weekend day?`, `Is ${day} on the weekend?`, `Do people work on ${day}?`],
      answers: [
        isWeekend ? `${day} is on the weekend, and most people rest.` : `${day} is a working day for most people.`,
      ],
    },
    { questions: [`What is ${day}?`], answers: [`${day} is a day of the week.`] },
  ];
});

const monthFacts: readonly Fact[] = months.flatMap((month) => {
  const season = seasons.find((one) => (one.months as readonly string[]).includes(month));
  return [
    { questions: [`What is ${month}?`], answers: [`${month} is a month of the year.`] },
    {
      questions: [
        `In which season is ${month}?`,
        `Which season is it in ${month}?`,
        `What season does ${month} belong to?`,
      ],
      answers: [`${month} is in ${season?.name ?? ''}.`],
    },
    {
      questions: [`What is the weather like in ${month}?`, `How is the weather in ${month}?`],
      answers: [`In ${month} it is often ${season?.weather ?? ''}.`],
    },
  ];
});

const seasonFacts: readonly Fact[] = seasons.flatMap(({ name, months: its, weather, signs, colour }) => {
  const known = `In ${name} it is ${weather}, and ${signs}.`;
  return [
    {
      questions: [
        `Tell me about ${name}.`,
        `Describe ${name}.`,
        `Write about ${name}.`,
        `Write a few lines about ${name}.`,
        `Tell me something about ${name}.`,
      ],
      answers: [known, `${known} The months of ${name} are ${enumerate(its)}.`],
    },
    { questions: [`What happens in ${name}?`, `What is ${name} like?`], answers: [known] },
    {
      questions: [`When is ${name}?`, `Which months are in ${name}?`, `What are the months of ${name}?`],
      answers: [`The months of ${name} are ${enumerate(its)}.`],
    },
    {
      questions: [`What is the weather like in ${name}?`, `How is the weather in ${name}?`, `Is it cold in ${name}?`],
      answers: [`In ${name} it is often ${weather}.`],
    },
    { questions: [`What is ${name}?`], answers: [`${capitalise(name)} is a season of the year.`] },
    {
      questions: [`Which colour does ${name} have?`, `What colour is ${name}?`],
      answers: [`When I think of ${name}, I think of ${colour}.`],
    },
  ];
});

const lists: readonly Fact[] = [
  {
    questions: ['Name the days of the week.', 'What are the days of the week?', 'Tell me the days of the week.'],
    answers: [`The days of the week are ${enumerate(days)}.`],
  },
  {
    questions: ['Name the months of the year.', 'What are the months of the year?', 'Tell me the months of the year.'],
    answers: [`The months of the year are ${enumerate(months)}.`],
  },
  {
    questions: ['Name the seasons.', 'What are the four seasons?', 'Tell me the seasons of the year.'],
    answers: ['The four seasons are spring, summer, autumn and winter.'],
  },
  {
    questions: ['What is the first day of the week?', 'Which day is the first of the week?'],
    answers: ['Monday is the first day of the week.'],
  },
  { questions: ['What is the last day of the week?'], answers: ['Sunday is the last day of the week.'] },
  {
    questions: ['What is the first month of the year?', 'Which month is the first?'],
    answers: ['January is the first month of the year.'],
  },
  {
    questions: ['What is the last month of the year?', 'Which month is the last?'],
    answers: ['December is the last month of the year.'],
  },
  {
    questions: ['What day is it today?', 'What is the date today?', 'What time is it?', 'What year is it?'],
    answers: ['I have no clock and no calendar, so I cannot tell you.'],
  },
  {
    questions: ['What is your favourite season?', 'Which season do you like best?'],
    answers: ['I like spring best, because the flowers begin to grow.'],
  },
  {
    questions: ['What is your favourite day?', 'Which day do you like best?'],
    answers: ['I like Saturday best, because people have time for stories.'],
  },
];

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
