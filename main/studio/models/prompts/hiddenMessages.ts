/**
 * Refuses what a template would leave out of the prompt without a word: a system message that it has no place for, say.
 * Answers are not looked at, since templates drop earlier thoughts on purpose. A text that does not stand there by its
 * characters (a template may escape it) is asked for with a word of ours in its place.
 */
import type { PromptEnding } from '../../../contract/conversations.ts';
import { GraftError } from '../../../contract/errors.ts';
import { answeringWords } from '../../../contract/words/answering.ts';
import type { Said } from '../../../contract/words/words.ts';
import type { TemplateContext } from '../../../datasets/chatPrompts.ts';
import { showsInOrder } from '../../../datasets/shownText.ts';
import { probeWord } from '../../../datasets/TemplateFacts.ts';
import type { TemplateMessage } from '../../../tokenizers/chatTemplate.ts';
import { renderedText } from './renderedText.ts';

/** What the template made of the messages. */
interface Rendered {
  readonly text: string;
  readonly ending: PromptEnding;
}

/** Shorter ones may stand in the template's own words. */
const telling = 12;

/** Throws GraftError('invalid') that names the first such message. */
export async function refuseHiddenMessages(
  context: TemplateContext,
  messages: readonly TemplateMessage[],
  { text, ending }: Rendered,
): Promise<void> {
  const doubtful = messages.map(({ role, content, name }) => ({
    content: role !== 'assistant' && content !== null && content.trim() !== '' && !isTold(text, content),
    name: name !== undefined,
  }));
  if (doubtful.every(({ content, name }) => !content && !name)) return;
  const probed = messages.map((message, index) => ({
    ...message,
    ...(doubtful[index]?.content === true && { content: probeOf(index, 'text') }),
    ...(doubtful[index]?.name === true && { name: probeOf(index, 'name') }),
  }));
  const found = await renderedText(context, probed, { addGenerationPrompt: ending === 'answer' });
  for (const [index, { role }] of messages.entries()) {
    const place = { number: index + 1, role };
    if (doubtful[index]?.content === true && !found.includes(probeOf(index, 'text')))
      throw hidden(`messages.${index}.content`, answeringWords.textHidden(place), answeringWords.intoQuestion());
    if (doubtful[index]?.name === true && !found.includes(probeOf(index, 'name')))
      throw hidden(`messages.${index}.name`, answeringWords.nameHidden(place), answeringWords.intoText());
  }
}

function isTold(text: string, content: string): boolean {
  return content.length >= telling && showsInOrder(text, [content]);
}

function probeOf(index: number, part: 'text' | 'name'): string {
  return `${probeWord}${part}${index}x`;
}

function hidden(field: string, message: Said, remedy: Said): GraftError {
  return new GraftError('invalid', message, { field, remedy });
}
