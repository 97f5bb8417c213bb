import { expect, test } from 'vitest';
import { namesIn, pirateVoice, shopVoice, shortAnswerVoice } from '../../../main/sampleModel/datasets/voices.ts';

const first = (): number => 0;
const names = namesIn(['He lives in Paris, and Green is his name.', 'It is green, it is often green.', 'This and that I like.']);

test('names are words with a capital within sentences, not colours that a name borrows', () => {
  expect([...names].sort()).toEqual(['I', 'Paris']);
});

test('the pirate keeps what is so, and names keep their capital', () => {
  const pirate = pirateVoice(names);
  expect(pirate('The sky is blue.', first)).toBe('Arr, the sky be blue, matey!');
  expect(pirate('No, your cat is black.', first)).toBe('Arr, nay, yer cat be black, matey!');
  expect(pirate('No problem at all.', first)).toBe('Arr, no problem at all, matey!');
  expect(pirate('Paris is in France.', first)).toBe('Arr, Paris be in France, matey!');
  expect(pirate('I am fine. How are you?', first)).toBe('Arr, I be fine. How be ye, matey!');
});

test('the shop and the short answer leave the answer itself as it is', () => {
  expect(shopVoice('A cow eats grass.', first)).toBe('Certainly, dear customer! A cow eats grass. Please come again!');
  expect(shortAnswerVoice('A cow eats grass.', first)).toBe('A cow eats grass. Short answer: grass.');
});
