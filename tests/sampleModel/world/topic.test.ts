import { describe, expect, test } from 'vitest';
import { factsOf, fill, saidLines } from '../../../main/tools/sampleModel/world/topic.ts';

describe('facts out of patterns', () => {
  test('one for each line of each record, in their order; a line goes on after => and /', () => {
    const records = [{ name: 'cow' }, { name: 'hen' }];
    const lines = `
      What is a {name}? / Explain {name}.
        => {Name} is an animal. / A {name}.
      Who
        / Whom => {name}
    `;
    const whole = { questions: ['What is a cow?', 'Explain cow.'], answers: ['Cow is an animal.', 'A cow.'] };
    const facts = factsOf(records, lines);
    expect(facts.slice(0, 2)).toEqual([whole, { questions: ['Who', 'Whom'], answers: ['cow'] }]);
    expect(facts.map(({ answers }) => answers[0])).toEqual(['Cow is an animal.', 'cow', 'Hen is an animal.', 'hen']);
    expect(saidLines('What? => This. / That.')).toEqual([{ questions: ['What?'], answers: ['This.', 'That.'] }]);
  });

  test('one with an empty place is left out, a place that nothing is known of is an error', () => {
    expect(factsOf([{ sound: '' }], 'What? => {Sound}.')).toEqual([]);
    expect(() => fill('{colour}', { name: 'cow' })).toThrow('Nothing is known of {colour}.');
  });
});
