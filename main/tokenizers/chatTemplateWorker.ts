/**
 * The thread in which chat templates run: a template is a program by a stranger and may never end or eat all memory,
 * so it runs where it can be thrown away.
 */
import { parentPort } from 'node:worker_threads';
import type { TemplateMessage } from './chatTemplate.ts';
import { TemplateFailure, TemplateRefusal } from './jinja/errors.ts';
import { Template } from './jinja/Template.ts';

export interface RenderJob {
  readonly id: number;
  readonly template: string;
  readonly conversations: readonly (readonly TemplateMessage[])[];
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

function renderOne(template: Template, messages: readonly TemplateMessage[], job: RenderJob): RenderedConversation {
  try {
    const text = template.render({ ...job.variables, messages });
    if (text.length <= job.maxOutputChars) return { text };
    return { failure: `it made a text of ${text.length} characters; at most ${job.maxOutputChars} are allowed` };
  } catch (error) {
    return error instanceof TemplateRefusal ? { refusal: error.message } : failureOf(error);
  }
}

function failureOf(error: unknown): { readonly failure: string } {
  if (error instanceof TemplateFailure) return { failure: error.described };
  if (error instanceof RangeError && error.message.includes('string length'))
    return { failure: 'it makes more text than memory holds' };
  if (error instanceof RangeError && error.message.includes('call stack'))
    return { failure: 'it is nested too deeply' };
  return { failure: error instanceof Error ? error.message : String(error) };
}

type Parsed = Template | { readonly failure: string };

function parseTemplate(template: string): Parsed {
  try {
    return new Template(template);
  } catch (error) {
    return failureOf(error);
  }
}

const parsedTemplates = new Map<string, Parsed>();

function findParsed(template: string): Parsed {
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
    const rendered = parsed instanceof Template ? renderOne(parsed, messages, job) : parsed;
    parentPort?.postMessage({ id: job.id, index, rendered } satisfies RenderReply);
  }
}

parentPort?.on('message', run);
