/** One conversation through the template, or the template's own error. */
import { GraftError } from '../../../contract/errors.ts';
import { renderConversations } from '../../../datasets/chatPrompts.ts';
import type { PromptOptions, TemplateContext } from '../../../datasets/chatPrompts.ts';
import type { TemplateMessage } from '../../../tokenizers/chatTemplate.ts';
import { chatWords } from '../../../contract/words/chats.ts';

/** Throws GraftError('invalid') with the template's own words. */
export async function renderedText(
  context: TemplateContext,
  messages: readonly TemplateMessage[],
  options: PromptOptions,
): Promise<string> {
  const [rendering] = await renderConversations(context, [messages], options);
  if (rendering === undefined) throw new GraftError('internal', chatWords.templateSilent());
  if ('error' in rendering) throw rendering.error;
  return rendering.text;
}
