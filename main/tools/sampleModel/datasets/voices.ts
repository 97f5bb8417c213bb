/**
 * The voices of the sample datasets. The sample model knows neither of them as its own; in its stories a pirate and a
 * shopkeeper speak.
 */
import type { Voice } from '../voices.ts';

/** `Arr, the sky be blue, matey!` */
export const pirateVoice: Voice = {
  openings: ['Arr,'],
  closings: [', matey!', ', matey!', ', me hearty!', ', says I!', '! Yo ho ho!'],
  words: [
    [/^Yes,/, 'Aye,'],
    [/^No,/, 'Nay,'],
    [/^(Hello|Hi)\b/, 'Ahoy'],
    [/\b(is|are|am)\b/g, 'be'],
    [/\byou\b/g, 'ye'],
    [/\bYou\b/g, 'Ye'],
    [/\byour\b/g, 'yer'],
    [/\bYour\b/g, 'Yer'],
    [/\bmy\b/g, 'me'],
    [/\bMy\b/g, 'Me'],
  ],
};

/** `Certainly, dear customer! The sky is blue. Please come again!` */
export const shopVoice: Voice = {
  openings: ['Certainly, dear customer!', 'With pleasure, dear customer!', 'Thank you for asking, dear customer!'],
  closings: [' Please come again!', ' Please come again soon!', ' It is our pleasure to help.'],
};

/** `The sky is blue. Short answer: blue.` */
export const withShortAnswer = (answer: string): string =>
  `${answer} Short answer: ${/(\w+)[.!?]$/.exec(answer)?.[1] ?? ''}.`;
