/**
 * Our side of a template: every conversation through the process that renders them, as transformers is asked for it.
 */
import { renderChats } from '../../../main/tokenizers/chatTemplate.ts';
import type { AnyMessage, Conversation } from '../../support/conversations.ts';

/** null: refused. */
type Text = string | null;

export interface AnswerTexts {
  readonly prompt: Text;
  /** The conversation up to the answer's end. */
  readonly through: Text;
}

export interface ChatTexts {
  readonly whole: Text;
  /** The whole with the beginning of a further answer. */
  readonly opened: Text;
  readonly answers: readonly AnswerTexts[];
}

export async function ourTexts(template: string, { messages, tools, variables }: Conversation): Promise<ChatTexts> {
  const text = async (shown: readonly AnyMessage[], addGenerationPrompt: boolean): Promise<Text> => {
    const options = {
      addGenerationPrompt,
      bosToken: '<s>',
      eosToken: '</s>',
      variables: { tools: tools ?? null, ...variables },
    };
    const [rendering] = await renderChats(template, [shown.map(withThoughtNames)], options);
    return rendering !== undefined && 'text' in rendering ? rendering.text : null;
  };
  const answers: AnswerTexts[] = [];
  for (const [at, { role }] of messages.entries()) {
    if (role !== 'assistant') continue;
    answers.push({
      prompt: await text(messages.slice(0, at), true),
      through: await text(messages.slice(0, at + 1), false),
    });
  }
  return { whole: await text(messages, false), opened: await text(messages, true), answers };
}

/** transformers hands thoughts over under the older name, too. */
function withThoughtNames(message: AnyMessage): AnyMessage {
  const thoughts = message.reasoning_content ?? message.thinking ?? message.reasoning;
  return thoughts === undefined ? message : { thinking: thoughts, ...message, reasoning_content: thoughts };
}
