/**
 * A studio that answers until it is killed: its arguments are the data folder and the cache; it prints the answer's id.
 */
import { defaultPreferences } from '../../../main/contract/preferences.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';

const [home, cacheDir] = process.argv.slice(2);
const studio = await openStudio({ home, cacheDir });
const { id: modelId } = await studio.models.fetch('sample');
const chat = studio.conversations.create({ modelId, systemPrompt: '' });
const sampling = { ...defaultPreferences.sampling, maxTokens: 480, temperature: 1, repetitionPenalty: 1 };
const lanes = Array.from({ length: 4 }, () => ({ adapterId: null, scale: 1 }));
const { answers } = studio.conversations.send({
  chatId: chat.id,
  parentId: null,
  content: 'Once upon a time',
  lanes,
  sampling,
});
process.stdout.write(`${JSON.stringify(answers.map(({ id }) => id))}\n`);
