/** The conversation of a request: text alone, each field of a message either honoured or refused with its name. */
import { z } from 'zod';
import type { ChatMessage } from '../../../contract/conversations.ts';
import { invalidValue } from '../apiError.ts';
import { checkFields } from './fieldRules.ts';
import type { Refusals } from './fieldRules.ts';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(part)], 'must be a text or a list of text parts').nullish(),
  name: z.string().nullish(),
});

type Message = z.infer<typeof message>;
type Part = z.infer<typeof part>;

const roles = ['system', 'developer', 'user', 'assistant'];

const partKinds: Readonly<Record<string, string>> = {
  image_url: 'pictures',
  input_image: 'pictures',
  input_audio: 'audio',
  audio_url: 'audio',
  video_url: 'films',
  file: 'files',
};

const messageRefusals: Refusals = {
  tool_calls: 'tools',
  tool_call_id: 'tools',
  function_call: 'functions',
  audio: 'audio',
  refusal: 'refusals',
  reasoning: 'thoughts in a field of their own',
  reasoning_content: 'thoughts in a field of their own',
};

export const chatMessages = z
  .array(message)
  .min(1)
  .transform((given) => given.map(plainMessage));

/** Throws ApiError 400 with the path of what cannot be done. */
function plainMessage(given: Message, index: number): ChatMessage {
  const { role, content, name } = given;
  const at = `messages.${index}.`;
  if (role === 'tool' || role === 'function') throw unsupported(`${at}role`, 'tools');
  if (!roles.includes(role)) throw invalidValue(`${at}role: This must be one of ${roles.join(', ')}.`, `${at}role`);
  checkFields(given, { honoured: ['role', 'content', 'name'], refusals: messageRefusals, at });
  if (content === null || content === undefined) throw invalidValue(`${at}content: This is missing.`, `${at}content`);
  const text =
    typeof content === 'string'
      ? content
      : content.map((each, place) => textOf(each, `${at}content.${place}.`)).join('');
  const hasName = name !== null && name !== undefined;
  return { role: role === 'developer' ? 'system' : role, content: text, ...(hasName && { name }) };
}

function textOf(given: Part, at: string): string {
  const { type, text } = given;
  if (type !== 'text') throw unsupported(`${at}type`, partKinds[type] ?? `parts of the type ${type}`);
  if (text === undefined) throw invalidValue(`${at}text: This is missing.`, `${at}text`);
  checkFields(given, { honoured: ['type', 'text'], refusals: {}, at });
  return text;
}

function unsupported(path: string, what: string) {
  return invalidValue(`This server does not do ${what} (${path}).`, path, 'unsupported_parameter');
}
