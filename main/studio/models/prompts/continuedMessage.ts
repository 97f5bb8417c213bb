/**
 * A conversation that ends in the middle of its last message, which the model is to go on with: what transformers'
 * `apply_chat_template(continue_final_message=True)` gives. A tag is written behind the message before the template is
 * asked, and the text is cut at the tag. Surprising: a template that trims the message is told by the space at the
 * tag's end that is then missing; its text is trimmed at the cut as well.
 */
import { GraftError } from '../../../contract/errors.ts';
import { answeringWords } from '../../../contract/words/answering.ts';
import type { TemplateContext } from '../../../datasets/chatPrompts.ts';
import { plainChatTemplate } from '../../../datasets/plainChatTemplate.ts';
import type { TemplateMessage } from '../../../tokenizers/chatTemplate.ts';
import { strip } from '../../../tokenizers/jinja/methods/strip.ts';
import { renderedText } from './renderedText.ts';

const tag = 'CONTINUE_FINAL_MESSAGE_TAG ';
const tagWord = tag.trimEnd();

/** Throws GraftError('invalid') where the template does not show the message as it stands. */
export async function continuedText(context: TemplateContext, messages: readonly TemplateMessage[]): Promise<string> {
  const last = messages.at(-1);
  const content = last?.content ?? '';
  const template = context.chatTemplate ?? plainChatTemplate;
  if (last === undefined || !template.includes('content')) throw notShown();
  const tagged = [...messages.slice(0, -1), { ...last, content: content + tag }];
  const text = await renderedText(context, tagged, { addGenerationPrompt: false });
  const at = text.lastIndexOf(tagWord);
  if (at < 0 || !text.includes(strip(content, null, 'both'))) throw notShown();
  return text.startsWith(tag, at) ? text.slice(0, at) : strip(text.slice(0, at), null, 'right');
}

function notShown(): GraftError {
  return new GraftError('invalid', answeringWords.cannotContinue(), {
    field: 'continue_final_message',
    remedy: answeringWords.leaveContinuing(),
  });
}
