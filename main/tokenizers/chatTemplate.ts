/**
 * Chat templates (Jinja) turned into prompts, in a process of their own with limits on time, memory and output, so that
 * a template that runs for ever or explodes is a clear error. The process is started once, replaced after a failure,
 * and never keeps this one alive. Surprising: the time limit is per conversation (it restarts with every answer), not
 * per call.
 */
import { GraftError } from '../contract/errors.ts';
import { programFile } from '../processes/programFile.ts';
import { type Child, startChild } from '../processes/startChild.ts';
import type { RenderedConversation, RenderJob, RenderReply } from './chatTemplateWorker.ts';
import { templateWords as words } from '../contract/words/templates.ts';

export interface ChatTemplateOptions {
  readonly addGenerationPrompt: boolean;
  readonly bosToken?: string | null;
  readonly eosToken?: string | null;
  /** More template variables, e.g. `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** For one conversation; default 5,000. */
  readonly timeoutMs?: number;
  /** For one conversation; default 1,000,000 characters. */
  readonly maxOutputChars?: number;
}

/** A message as templates read it: what a chat has, and what rows of training may have besides. */
export interface TemplateMessage {
  readonly role: string;
  /** null where an answer only calls tools. */
  readonly content: string | null;
  readonly name?: string;
  readonly tool_calls?: readonly unknown[];
  readonly tool_call_id?: string;
  /** The thoughts before an answer, under the name that the template knows. */
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly thinking?: string;
  /** JSON, for templates that read the tools out of the system message. */
  readonly tools?: string;
}

export type ChatRendering = { readonly text: string } | { readonly error: GraftError };

const defaultTimeoutMs = 5_000;
const startTimeoutMs = 15_000;
const defaultMaxOutputChars = 1_000_000;
const maxTemplateChars = 1_000_000;
const conversationsPerJob = 500;
const remedy = words.useAnother();

interface Pending {
  readonly job: RenderJob;
  readonly timeoutMs: number;
  readonly results: ChatRendering[];
  readonly resolve: (results: readonly ChatRendering[]) => void;
  timer: NodeJS.Timeout | undefined;
}

function describe(rendered: RenderedConversation): ChatRendering {
  if ('text' in rendered) return rendered;
  if ('refusal' in rendered) {
    const data = { field: 'chat_template', templateMessage: rendered.refusal, remedy: words.changeConversation() };
    return { error: new GraftError('invalid', words.refused({ why: rendered.refusal }), data) };
  }
  const data = { field: 'chat_template', remedy: words.checkTemplate() };
  return { error: new GraftError('invalid', words.notRendered({ why: rendered.failure }), data) };
}

const memoryError = (): GraftError =>
  new GraftError('invalid', words.tooMuchMemory(), { field: 'chat_template', remedy });

const notStarted = (error: Error): GraftError =>
  new GraftError('internal', words.processFailed({ why: error.message }), {}, error);

/** One process at most; calls wait in line. */
class TemplateProcess {
  private child: Child | undefined;
  private warm = false;
  private readonly queue: Pending[] = [];
  private nextId = 1;

  render(job: Omit<RenderJob, 'id'>, timeoutMs: number): Promise<readonly ChatRendering[]> {
    return new Promise((resolve) => {
      this.queue.push({ job: { ...job, id: this.nextId++ }, timeoutMs, results: [], resolve, timer: undefined });
      if (this.queue.length === 1) this.startNext();
    });
  }

  private startNext(): void {
    const pending = this.queue[0];
    if (pending === undefined) {
      this.child?.keepAlive(false);
      return;
    }
    const child = (this.child ??= this.createChild());
    child.keepAlive(true);
    this.watchTime(pending);
    child.send(pending.job);
  }

  private createChild(): Child {
    const child = startChild(programFile('./chatTemplateProcess', import.meta.url));
    this.warm = false;
    child.onMessage((reply) => this.receive(reply as RenderReply));
    void child.exited.then(({ error }) => this.fail(child, error === undefined ? memoryError() : notStarted(error)));
    return child;
  }

  private receive(reply: RenderReply): void {
    const pending = this.queue[0];
    if (pending?.job.id !== reply.id) return;
    this.warm = true;
    pending.results[reply.index] = describe(reply.rendered);
    if (pending.results.length === pending.job.conversations.length) this.finish(pending);
  }

  private finish(pending: Pending): void {
    clearTimeout(pending.timer);
    this.queue.shift();
    pending.resolve(pending.results);
    this.startNext();
  }

  /**
   * The conversations not rendered yet get the error: a template that ran away once would make each of them wait as
   * long.
   */
  private fail(child: Child, error: GraftError): void {
    if (child !== this.child) return;
    this.child = undefined;
    child.kill();
    const pending = this.queue[0];
    if (pending === undefined) return;
    while (pending.results.length < pending.job.conversations.length) pending.results.push({ error });
    this.finish(pending);
  }

  private watchTime(pending: Pending): void {
    const finishedBefore = pending.results.length;
    const limitMs = this.warm ? pending.timeoutMs : pending.timeoutMs + startTimeoutMs;
    // Answers may be waiting in the event loop when it was blocked longer than the limit: look again after they came
    // in.
    pending.timer = setTimeout(() => setImmediate(() => this.checkTime(pending, finishedBefore)), limitMs);
  }

  private checkTime(pending: Pending, finishedBefore: number): void {
    if (this.queue[0] !== pending || this.child === undefined) return;
    if (pending.results.length > finishedBefore) {
      this.watchTime(pending);
      return;
    }
    const message = words.tooSlow({ seconds: pending.timeoutMs / 1000 });
    this.fail(this.child, new GraftError('invalid', message, { field: 'chat_template', remedy }));
  }
}

const templateProcess = new TemplateProcess();

function templateVariables(options: ChatTemplateOptions): Record<string, unknown> {
  return {
    add_generation_prompt: options.addGenerationPrompt,
    bos_token: options.bosToken ?? '',
    eos_token: options.eosToken ?? '',
    tools: null,
    documents: null,
    ...options.variables,
  };
}

/**
 * Prompts of many conversations, in order; one that cannot be rendered has its own `error` (GraftError 'invalid').
 * After a template ran out of time or memory, the rows after it carry that error too.
 */
export async function renderChats(
  template: string,
  conversations: readonly (readonly TemplateMessage[])[],
  options: ChatTemplateOptions,
): Promise<readonly ChatRendering[]> {
  if (template.length > maxTemplateChars) {
    const message = words.tooLong({ characters: template.length, most: maxTemplateChars });
    throw new GraftError('invalid', message, { field: 'chat_template', remedy });
  }
  const shared = {
    template,
    variables: templateVariables(options),
    maxOutputChars: options.maxOutputChars ?? defaultMaxOutputChars,
  };
  const renderings: ChatRendering[] = [];
  for (let from = 0; from < conversations.length; from += conversationsPerJob) {
    const job = { ...shared, conversations: conversations.slice(from, from + conversationsPerJob) };
    renderings.push(...(await templateProcess.render(job, options.timeoutMs ?? defaultTimeoutMs)));
    const last = renderings.at(-1);
    if (last !== undefined && 'error' in last && isRunaway(last.error))
      return fillUp(renderings, last, conversations.length);
  }
  return renderings;
}

/** Whether a template ran out of time or memory: it would do so again with the next conversation. */
export function isRunaway(error: GraftError): boolean {
  return error.remedyReason?.code === remedy.code;
}

function fillUp(renderings: ChatRendering[], last: ChatRendering, length: number): readonly ChatRendering[] {
  while (renderings.length < length) renderings.push(last);
  return renderings;
}

/**
 * The prompt of one conversation. Throws GraftError 'invalid' with the template's own message or the limit it broke.
 */
export async function renderChat(
  template: string,
  messages: readonly TemplateMessage[],
  options: ChatTemplateOptions,
): Promise<string> {
  const [rendering] = await renderChats(template, [messages], options);
  if (rendering === undefined) throw new GraftError('internal', words.noAnswerAtAll());
  if ('error' in rendering) throw rendering.error;
  return rendering.text;
}
