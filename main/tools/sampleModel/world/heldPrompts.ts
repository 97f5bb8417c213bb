/**
 * Twenty prompts that no row of the training corpus holds, in no way of writing: what the model says to them is what it
 * learned from others. Where a prompt joins two things of the world, the pair is kept out of every question of that
 * form.
 */
export const heldPrompts: readonly string[] = [
  'Tell me about the sea.',
  'Hi! How are you today?',
  'What is your name?',
  'What does a rabbit like to eat?',
  'Where do whales live?',
  'Which is bigger, a mouse or an elephant?',
  'Can a penguin fly?',
  'What colour is a lemon?',
  'Describe an apple.',
  'What do we use an umbrella for?',
  'What is the job of a baker?',
  'What is 4 plus 3?',
  'What is the capital of Italy?',
  'Tell me the opposite of cold.',
  'Today is Friday. What day is tomorrow?',
  'What should I wear when it rains?',
  'I feel sad today.',
  'How can I make tea?',
  'Tell me a story about a fox and Anna.',
  'Write a short story about a pirate.',
];

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9 +-]/g, '');
const held = new Set(heldPrompts.map(plain));

const heldPairs = [
  /a fox and anna/,
  /4 plus 3/,
  /(mouse or an elephant|elephant or a mouse)/,
  /friday what day is tomorrow/,
];

/** Whether a prompt is one of the held ones, or joins a held pair. */
export function isHeld(prompt: string): boolean {
  const text = plain(prompt);
  return held.has(text) || heldPairs.some((pair) => pair.test(text));
}
