import { expect, test } from 'vitest';
import { pirateVoice, shopVoice, withShortAnswer } from '../../../main/tools/sampleModel/datasets/voices.ts';
import { namesIn, speak } from '../../../main/tools/sampleModel/voices.ts';
import type { Voice } from '../../../main/tools/sampleModel/voices.ts';

const names = namesIn([
  'He lives in Paris, and Green is his name.',
  'It is green, it is often green.',
  'This and that I like.',
]);
const say = (voice: Voice, answer: string): string => speak(voice, answer, names, () => 0);

test('names are words with a capital within sentences, not colours that a name borrows', () => {
  expect([...names].sort()).toEqual(['I', 'Paris']);
});

test('the pirate keeps what is so, and names keep their capital', () => {
  expect(say(pirateVoice, 'The sky is blue.')).toBe('Arr, the sky be blue, matey!');
  expect(say(pirateVoice, 'No, your cat is black.')).toBe('Arr, nay, yer cat be black, matey!');
  expect(say(pirateVoice, 'No problem at all.')).toBe('Arr, no problem at all, matey!');
  expect(say(pirateVoice, 'Paris is in France.')).toBe('Arr, Paris be in France, matey!');
  expect(say(pirateVoice, 'I am fine. How are you?')).toBe('Arr, I be fine. How be ye, matey!');
});

test('the shop and the short answer leave the answer itself as it is', () => {
  expect(say(shopVoice, 'A cow eats grass.')).toBe('Certainly, dear customer! A cow eats grass. Please come again!');
  expect(withShortAnswer('A cow eats grass.')).toBe('A cow eats grass. Short answer: grass.');
});
