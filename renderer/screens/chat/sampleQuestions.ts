/** What the sample model can be asked, in every language of the screens in English: it knows no other. */
export const sampleQuestions: readonly string[] = [
  'Tell me about the sea.',
  'What should I wear when it rains?',
  'Tell me a story about a fox.',
];
