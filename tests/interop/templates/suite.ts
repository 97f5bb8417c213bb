/**
 * Chat templates of models as packages carry them: the text of every prompt and conversation, and its ids, against
 * transformers; and what is recorded of jinja2 for our own tests, against jinja2 itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics, type Topic } from '../../tokenizers/jinja/cases.ts';
import { conversations } from '../../support/conversations.ts';
import { LineProgram } from '../LineProgram.ts';
import { providePython, textEnvironment, versionsIn } from '../pythonEnvironment.ts';
import type { Check, OpenSuite, Suite } from '../Suite.ts';
import { type CarriedTemplate, carriedTemplates } from './carriers.ts';
import { compareIds, type Reader } from './compareIds.ts';
import { type ChatTexts, ourTexts } from './ourTexts.ts';

export const templatesSuite: Suite = {
  name: 'templates',
  about: 'chat templates of models, out of packages that carry them: texts and ids against transformers',
  columns: ['template', 'of', 'conversations', 'texts', 'refused by both', 'texts that differ', 'ids that differ'],
  open,
};

async function open(say: (line: string) => void): Promise<OpenSuite> {
  const python = providePython(textEnvironment, say);
  const { transformers, jinja2 } = versionsIn(python, ['transformers', 'jinja2']);
  say(`Templates by transformers ${transformers}, jinja2 ${jinja2}.`);
  const reader = new LineProgram(`transformers ${transformers}`, { command: python, args: [join(import.meta.dirname, 'reader.py')] });
  const dir = mkdtempSync(join(tmpdir(), 'graft-interop-'));
  const carried = carriedTemplates(python, say);
  return {
    checks: [...carried.map((template) => templateCheck(template, { reader, dir })), ...topics.map((topic) => topicCheck(topic, reader))],
    close: () => {
      reader.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function templateCheck({ from, name, template }: CarriedTemplate, bench: Bench): Check {
  const run: Check['run'] = async () => {
    const { chats } = (await bench.reader.ask({ do: 'texts', template, chats: conversations })) as { readonly chats: readonly ChatTexts[] };
    const pairs: (readonly [string | null, string | null])[] = [];
    for (const [at, conversation] of conversations.entries()) {
      const ours = flat(await ourTexts(template, conversation));
      pairs.push(...flat(chats[at]).map((theirs, place) => [ours[place], theirs] as const));
    }
    const differing = pairs.filter(([ours, theirs]) => ours !== theirs).length;
    const texts = pairs.flatMap(([, theirs]) => (theirs === null ? [] : [theirs]));
    const otherIds = await compareIds({ name: `${from} ${name}`, template, texts }, bench);
    const figures = [conversations.length, pairs.length, pairs.length - texts.length, differing, otherIds].map(String);
    return { passed: differing === 0 && otherIds === 0 && texts.length > 0, figures };
  };
  return { subject: [name, from], run };
}

function flat({ whole, opened, answers }: ChatTexts): readonly (string | null)[] {
  return [whole, opened, ...answers.flatMap(({ prompt, through }) => [prompt, through])];
}

/** What the tests of every day compare with must be what jinja2 says today. */
function topicCheck({ name, context, cases }: Topic, reader: Reader): Check {
  const run: Check['run'] = async () => {
    const given = Object.fromEntries(Object.entries(context).filter(([key]) => key !== 'big'));
    const asked = await reader.ask({ do: 'cases', templates: cases.map(([template]) => template), context: given });
    const { texts } = asked as { readonly texts: readonly (string | null)[] };
    const differing = cases.filter(([, text], at) => text !== texts[at]).length;
    const refused = texts.filter((text) => text === null).length;
    return { passed: differing === 0, figures: ['', String(cases.length), String(refused), String(differing), ''] };
  };
  return { subject: [`small templates: ${name}`, 'recorded for the tests'], run };
}

interface Bench {
  readonly reader: Reader;
  /** For tokenizers on their way. */
  readonly dir: string;
}
