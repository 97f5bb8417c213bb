/**
 * The thread in which chat templates run: a template is a program by a stranger and may never end or eat all memory,
 * so it runs where it can be thrown away. Surprising: globals are set here and not by the library's `Template`, since
 * the `range` limit of Jinja's sandbox, a recognisable `raise_exception` and English month names are part of the contract.
 */
import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import type { Program } from '@huggingface/jinja';
import { parentPort } from 'node:worker_threads';
import type { ChatMessage } from '../contract/conversations.ts';

export interface RenderJob {
  readonly id: number;
  readonly template: string;
  readonly conversations: readonly (readonly ChatMessage[])[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly maxOutputChars: number;
}

export type RenderedConversation =
  | { readonly text: string }
  | { readonly refusal: string } // the template's own raise_exception
  | { readonly failure: string }; // syntax, types, limits

export interface RenderReply {
  readonly id: number;
  readonly index: number;
  readonly rendered: RenderedConversation;
}

/** The limit of Jinja's own sandbox (jinja2.sandbox.MAX_RANGE). */
const maxRange = 100_000;

class TemplateRefusal extends Error {}

function refuse(message: unknown): never {
  throw new TemplateRefusal(String(message));
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length > maxRange) throw new Error(`range() of ${length} numbers is too long; at most ${maxRange} are allowed`);
  return Array.from({ length }, (_, index) => from + index * step);
}

const monthNames = 'January February March April May June July August September October November December'.split(' ');
const dayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Python's `datetime.now().strftime(format)` in the C locale, for the codes that chat templates use. */
function formatNow(format: string): string {
  const now = new Date();
  const pad = (value: number): string => String(value).padStart(2, '0');
  const month = monthNames[now.getMonth()] ?? '';
  const day = dayNames[now.getDay()] ?? '';
  const codes: Readonly<Record<string, string>> = {
    Y: String(now.getFullYear()),
    y: pad(now.getFullYear() % 100),
    m: pad(now.getMonth() + 1),
    d: pad(now.getDate()),
    B: month,
    b: month.slice(0, 3),
    A: day,
    a: day.slice(0, 3),
    H: pad(now.getHours()),
    I: pad(now.getHours() % 12 || 12),
    p: now.getHours() < 12 ? 'AM' : 'PM',
    M: pad(now.getMinutes()),
    S: pad(now.getSeconds()),
    '%': '%',
  };
  return format.replace(/%([a-zA-Z%])/g, (code, letter: string) => codes[letter] ?? code);
}

function createEnvironment(variables: Readonly<Record<string, unknown>>): Environment {
  const environment = new Environment();
  const globals = { true: true, True: true, false: false, False: false, none: null, None: null };
  const functions = { raise_exception: refuse, range, strftime_now: formatNow };
  for (const [name, value] of Object.entries({ ...globals, ...functions, ...variables })) environment.set(name, value);
  return environment;
}

function renderOne(program: Program, messages: readonly ChatMessage[], job: RenderJob): RenderedConversation {
  try {
    const text = String(new Interpreter(createEnvironment({ ...job.variables, messages })).run(program).value);
    if (text.length > job.maxOutputChars)
      return { failure: `it made a text of ${text.length} characters; at most ${job.maxOutputChars} are allowed` };
    return { text };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof TemplateRefusal ? { refusal: message } : { failure: message };
  }
}

function parseTemplate(template: string): Program | { readonly failure: string } {
  try {
    return parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true }));
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

const parsedTemplates = new Map<string, Program | { readonly failure: string }>();

function findParsed(template: string): Program | { readonly failure: string } {
  const known = parsedTemplates.get(template);
  if (known !== undefined) return known;
  const parsed = parseTemplate(template);
  parsedTemplates.clear(); // one template at a time is in use
  parsedTemplates.set(template, parsed);
  return parsed;
}

function run(job: RenderJob): void {
  const parsed = findParsed(job.template);
  for (const [index, messages] of job.conversations.entries()) {
    const rendered = 'failure' in parsed ? parsed : renderOne(parsed, messages, job);
    parentPort?.postMessage({ id: job.id, index, rendered } satisfies RenderReply);
  }
}

parentPort?.on('message', run);
