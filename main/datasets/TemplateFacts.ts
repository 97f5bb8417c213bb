/**
 * What a chat template does with the parts of a message, found out by asking it with words that stand nowhere else:
 * what it writes behind an answer, under which name it takes thoughts, how it takes arguments of calls, and where it
 * shows tools. Each is asked once for a template, when a row first needs it.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import type { TemplateContext } from './chatPrompts.ts';
import { closingTag, joinThoughts } from './reasoning.ts';
import { Renderings } from './Renderings.ts';
import { templateWords } from '../contract/words/templates.ts';
import type { Said } from '../contract/words/words.ts';

/** A word that templates leave as it is and nobody writes. */
export const probeWord = 'GraftProbe7q4z';

export type ReasoningForm = 'reasoning_content' | 'reasoning' | 'thinking' | 'inContent';

export interface CallForms {
  /** How `arguments` is to be given: `object` and `text` are the only ones shown as they are meant. */
  readonly arguments: 'any' | 'object' | 'text';
  /** What stands for the content of an answer that only calls tools. */
  readonly noContent: '' | null;
}

/** The end of a turn, with white space before it, and what stands behind it. */
export interface Ending {
  readonly mark: string;
  readonly behind: string;
}

const user: TemplateMessage = { role: 'user', content: 'Q' };
const reasoningNames = ['reasoning_content', 'reasoning', 'thinking'] as const;

export class TemplateFacts {
  /** What to call it in a reason. */
  readonly title: Said;
  readonly #renderings: Renderings;
  readonly #eosToken: string;
  /** What the template writes behind a last answer; undefined where it does not show one as it stands. */
  readonly ending = kept(() => this.#findEnding());
  /** Undefined where the template has no place for thoughts. */
  readonly reasoning = kept(() => this.#findReasoning());
  readonly calls = kept(() => this.#findCalls());
  /** Where tools are to be given; undefined where the template shows none. */
  readonly tools = kept(() => this.#findTools());

  constructor(context: TemplateContext) {
    this.title = context.chatTemplate === null ? templateWords.plainLayout() : templateWords.modelTemplate();
    this.#renderings = new Renderings(context);
    this.#eosToken = context.eosToken ?? '';
  }

  async #findEnding(): Promise<Ending | undefined> {
    const said = answer({ content: probeWord });
    const [last, earlier] = await Promise.all([
      this.#whole([user, said]),
      this.#renderings.find([user, said, user], { addGenerationPrompt: true }),
    ]);
    const tail = last === undefined ? undefined : aroundProbe(last)?.after;
    if (tail === undefined) return undefined;
    return splitTail(tail, this.#markIn(tail, earlier === undefined ? '' : (aroundProbe(earlier)?.after ?? '')));
  }

  /** Without the end of text that closes a whole conversation right behind the end of its last turn. */
  #markIn(tail: string, inHistory: string): string {
    const run = firstRun(tail);
    let mark = run;
    while (mark.trim() !== '' && !inHistory.startsWith(mark)) {
      if (this.#eosToken === '' || !mark.endsWith(this.#eosToken)) return run;
      mark = mark.slice(0, -this.#eosToken.length);
    }
    return mark.trim() === '' ? run : mark;
  }

  async #findReasoning(): Promise<ReasoningForm | undefined> {
    for (const name of reasoningNames) {
      const text = await this.#whole([user, answer({ content: 'A', [name]: probeWord })]);
      if (text?.includes(probeWord) === true) return name;
    }
    const inContent = joinThoughts(probeWord, 'A');
    const text = await this.#whole([user, answer({ content: inContent })]);
    // it knows what thoughts are, and treats them
    if (text !== undefined && !text.includes(inContent)) return 'inContent';
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
    let stops = false;
    for (const given of [{ key: probeWord }, JSON.stringify({ key: probeWord })]) {
      const [withNull, withEmpty] = await Promise.all([
        this.#whole([user, callOf(given, null)]),
        this.#whole([user, callOf(given, '')]),
      ]);
      const writesName = /\b(None|null)\b/;
      const isShown =
        withNull?.includes(probeWord) === true && (!writesName.test(withNull) || writesName.test(withEmpty ?? 'None'));
      if (isShown) return null;
      if (withEmpty?.includes(probeWord) === true) return '';
      stops = withNull === undefined && withEmpty !== undefined;
    }
    return stops ? '' : null; // no call is shown at all, which is then the reason, and not where the template stopped
  }

  async #findTools(): Promise<'variable' | 'systemMessage' | undefined> {
    const system: TemplateMessage = { role: 'system', content: 'S' };
    const description = {
      name: probeWord,
      description: 'D',
      parameters: { type: 'object', properties: {}, required: [] },
    };
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

/** `usual`: how the template's turns end, where that is known. */
export function splitTail(tail: string, usual = ''): Ending {
  const mark = usual !== '' && tail.startsWith(usual) ? usual : firstRun(tail);
  return { mark, behind: tail.slice(mark.length) };
}

/** The first characters that are not white space, with the white space before them. */
function firstRun(text: string): string {
  return /^\s*\S+/.exec(text)?.[0] ?? '';
}

function answer(fields: Omit<TemplateMessage, 'role'>): TemplateMessage {
  return { role: 'assistant', ...fields };
}

function callOf(given: unknown, content: '' | null): TemplateMessage {
  return answer({
    content,
    tool_calls: [{ id: 'call00001', type: 'function', function: { name: 'probe', arguments: given } }],
  });
}

/** Asked once; a failure (the template's process may have died) is not kept. */
function kept<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answered: Promise<Value> | undefined;
  return () => {
    answered ??= ask().catch((error: unknown) => {
      answered = undefined;
      throw error;
    });
    return answered;
  };
}

const keptTemplates = 8;
const known = new Map<string, TemplateFacts>();

/** Those of a template, kept. */
export function templateFacts({ chatTemplate, bosToken, eosToken }: TemplateContext): TemplateFacts {
  const key = JSON.stringify([chatTemplate, bosToken, eosToken]);
  const facts = known.get(key) ?? new TemplateFacts({ chatTemplate, bosToken, eosToken });
  known.delete(key);
  known.set(key, facts);
  for (const old of [...known.keys()].slice(0, -keptTemplates)) known.delete(old);
  return facts;
}
