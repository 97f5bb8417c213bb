/**
 * The template's renderings that the rows of a batch ask for, each as if alone: what is asked for in one turn of the
 * event loop goes to the template process together. Surprising: a refusal of the template is thrown as `RowRefusal` and
 * ends the row that asked; a template that ran away ends everything.
 */
import { isRunaway } from '../tokenizers/chatTemplate.ts';
import type { ChatRendering, TemplateMessage } from '../tokenizers/chatTemplate.ts';
import { renderConversations } from './chatPrompts.ts';
import type { PromptOptions, TemplateContext } from './chatPrompts.ts';
import type { GraftError } from '../contract/errors.ts';
import { commonWords } from '../contract/words/common.ts';
import { templateWords } from '../contract/words/templates.ts';
import type { Said } from '../contract/words/words.ts';

/** Why a row cannot be used, in words for the person. */
export class RowRefusal extends Error {
  override readonly name = 'RowRefusal';
  /** In words for the person. */
  readonly reason: Said;

  constructor(reason: Said, cause?: unknown) {
    super(reason.text, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

interface Asked extends PromptOptions {
  readonly messages: readonly TemplateMessage[];
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

export class Renderings {
  readonly #context: TemplateContext;
  #waiting: Asked[] = [];

  constructor(context: TemplateContext) {
    this.#context = context;
  }

  /** Throws RowRefusal with the template's own words, GraftError where it ran out of time or memory. */
  text(messages: readonly TemplateMessage[], options: PromptOptions): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, ...options, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => void this.#ask());
    });
  }

  /** Undefined where the template refuses: for questions about the template itself. */
  async find(messages: readonly TemplateMessage[], options: PromptOptions): Promise<string | undefined> {
    try {
      return await this.text(messages, options);
    } catch (error) {
      if (error instanceof RowRefusal) return undefined;
      throw error;
    }
  }

  async #ask(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    await Promise.all([...groupAlike(waiting).values()].map((group) => this.#askTogether(group)));
  }

  async #askTogether(group: readonly Asked[]): Promise<void> {
    const [{ addGenerationPrompt, tools } = { addGenerationPrompt: false }] = group;
    try {
      const messages = group.map((asked) => asked.messages);
      const renderings = await renderConversations(this.#context, messages, { addGenerationPrompt, tools });
      for (const [index, asked] of group.entries()) settle(asked, renderings[index]);
    } catch (error) {
      for (const { reject } of group) reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function settle({ resolve, reject }: Asked, rendering: ChatRendering | undefined): void {
  if (rendering === undefined) reject(new RowRefusal(templateWords.noAnswer()));
  else if ('text' in rendering) resolve(rendering.text);
  else
    reject(isRunaway(rendering.error) ? rendering.error : new RowRefusal(refusalOf(rendering.error), rendering.error));
}

function refusalOf(error: GraftError): Said {
  return error.reason ?? commonWords.sentence({ sentence: error.message });
}

/** The template process takes many conversations at once, with the same variables. */
function groupAlike(waiting: readonly Asked[]): Map<string, Asked[]> {
  const groups = new Map<string, Asked[]>();
  for (const asked of waiting) {
    const key = JSON.stringify([asked.addGenerationPrompt, asked.tools]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [asked]);
    else group.push(asked);
  }
  return groups;
}
