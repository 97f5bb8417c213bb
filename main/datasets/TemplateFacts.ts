/**
 * What a chat template does with the parts of a message, found out by asking it with words that stand nowhere else: what it
 * writes behind an answer, under which name it takes thoughts, how it takes arguments of calls, and where it shows tools.
 * Each is asked once for a template, when a row first needs it.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import type { TemplateContext } from './chatPrompts.ts';
import { closingTag, joinThoughts } from './reasoning.ts';
import { Renderings } from './Renderings.ts';

/** A word that templates leave as it is and nobody writes. */
export const probeWord = 'GraftProbe7q4z';

export type ReasoningForm = 'reasoning_content' | 'reasoning' | 'thinking' | 'inContent';

export interface CallForms {
  /** How `arguments` is to be given: `object` and `text` are the only ones shown as they are meant. */
  readonly arguments: 'any' | 'object' | 'text';
  /** What stands for the content of an answer that only calls tools. */
  readonly noContent: '' | null;
}

const user: TemplateMessage = { role: 'user', content: 'Q' };
const reasoningNames = ['reasoning_content', 'reasoning', 'thinking'] as const;

export class TemplateFacts {
  readonly #renderings: Renderings;
  #tail: Promise<string | undefined> | undefined;
  #reasoning: Promise<ReasoningForm | undefined> | undefined;
  #calls: Promise<CallForms> | undefined;
  #tools: Promise<'variable' | 'systemMessage' | undefined> | undefined;

  constructor(context: TemplateContext) {
    this.#renderings = new Renderings(context);
  }

  /** What the template writes behind an answer; undefined where it does not show one as it stands. */
  tail(): Promise<string | undefined> {
    return (this.#tail ??= this.#findTail());
  }

  /** Undefined where the template has no place for thoughts. */
  reasoning(): Promise<ReasoningForm | undefined> {
    return (this.#reasoning ??= this.#findReasoning());
  }

  calls(): Promise<CallForms> {
    return (this.#calls ??= this.#findCalls());
  }

  /** Where tools are to be given; undefined where the template shows none. */
  tools(): Promise<'variable' | 'systemMessage' | undefined> {
    return (this.#tools ??= this.#findTools());
  }

  async #findTail(): Promise<string | undefined> {
    const text = await this.#whole([user, answer({ content: probeWord })]);
    return text === undefined ? undefined : aroundProbe(text)?.after;
  }

  async #findReasoning(): Promise<ReasoningForm | undefined> {
    for (const name of reasoningNames) {
      const text = await this.#whole([user, answer({ content: 'A', [name]: probeWord })]);
      if (text?.includes(probeWord) === true) return name;
    }
    const inContent = joinThoughts(probeWord, 'A');
    const text = await this.#whole([user, answer({ content: inContent })]);
    if (text !== undefined && !text.includes(inContent)) return 'inContent'; // it knows what thoughts are, and treats them
    const prompt = await this.#renderings.find([user], { addGenerationPrompt: true });
    return prompt !== undefined && closingTag(prompt.trimEnd()) !== undefined ? 'inContent' : undefined;
  }

  async #findCalls(): Promise<CallForms> {
    const noContent = await this.#findNoContent();
    const ask = (given: unknown): Promise<string | undefined> => this.#whole([user, callOf(given, noContent)]);
    const asText = await ask(JSON.stringify({ key: probeWord }));
    const asObject = await ask({ key: probeWord });
    const takesText = asText !== undefined && asText.includes(`"${probeWord}`) && !asText.includes(`\\"${probeWord}`);
    const takesObject = asObject?.includes(probeWord) === true;
    if (takesText === takesObject) return { arguments: 'any', noContent };
    return { arguments: takesObject ? 'object' : 'text', noContent };
  }

  /** null where the template takes it; some stop there, or write its name. */
  async #findNoContent(): Promise<'' | null> {
    for (const given of [{ key: probeWord }, JSON.stringify({ key: probeWord })]) {
      const [withNull, withEmpty] = await Promise.all([this.#whole([user, callOf(given, null)]), this.#whole([user, callOf(given, '')])]);
      const writesName = /\b(None|null)\b/;
      const isShown = withNull?.includes(probeWord) === true && (!writesName.test(withNull) || writesName.test(withEmpty ?? 'None'));
      if (isShown) return null;
      if (withEmpty?.includes(probeWord) === true) return '';
    }
    return null;
  }

  async #findTools(): Promise<'variable' | 'systemMessage' | undefined> {
    const system: TemplateMessage = { role: 'system', content: 'S' };
    const description = { name: probeWord, description: 'D', parameters: { type: 'object', properties: {}, required: [] } };
    const tools = [{ type: 'function', function: description }];
    for (const messages of [[user], [system, user]]) {
      const text = await this.#renderings.find(messages, { addGenerationPrompt: true, tools });
      if (text?.includes(probeWord) === true) return 'variable';
    }
    const inSystem = [{ ...system, tools: JSON.stringify(tools) }, user];
    const text = await this.#renderings.find(inSystem, { addGenerationPrompt: true });
    return text?.includes(probeWord) === true ? 'systemMessage' : undefined;
  }

  #whole(messages: readonly TemplateMessage[]): Promise<string | undefined> {
    return this.#renderings.find(messages, { addGenerationPrompt: false });
  }
}

/** The text on both sides of the probe's word; undefined where it stands there more than once, or not at all. */
export function aroundProbe(text: string): { readonly before: string; readonly after: string } | undefined {
  const [before, after, ...more] = text.split(probeWord);
  return before === undefined || after === undefined || more.length > 0 ? undefined : { before, after };
}

function answer(fields: Omit<TemplateMessage, 'role'>): TemplateMessage {
  return { role: 'assistant', ...fields };
}

function callOf(given: unknown, content: '' | null): TemplateMessage {
  return answer({ content, tool_calls: [{ id: 'call00001', type: 'function', function: { name: 'probe', arguments: given } }] });
}

const kept = 8;
const known = new Map<string, TemplateFacts>();

/** Those of a template, kept. */
export function templateFacts({ chatTemplate, bosToken, eosToken }: TemplateContext): TemplateFacts {
  const key = JSON.stringify([chatTemplate, bosToken, eosToken]);
  const facts = known.get(key) ?? new TemplateFacts({ chatTemplate, bosToken, eosToken });
  known.delete(key);
  known.set(key, facts);
  for (const old of [...known.keys()].slice(0, -kept)) known.delete(old);
  return facts;
}
