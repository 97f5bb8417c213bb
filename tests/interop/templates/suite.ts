/**
 * Chat templates of models as packages carry them: the text of every prompt and conversation, its ids, and what of it
 * is trained, against transformers; and what is recorded of jinja2 for our own tests, against jinja2 itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer } from '../../../main/tokenizers/loadTokenizer.ts';
import { topics, type Topic } from '../../tokenizers/jinja/cases.ts';
import { conversations } from '../../support/conversations.ts';
import { LineProgram } from '../LineProgram.ts';
import { providePython, textEnvironment, versionsIn } from '../pythonEnvironment.ts';
import type { Check, OpenSuite, Suite } from '../Suite.ts';
import { type CarriedTemplate, carriedTemplates } from './carriers.ts';
import { countOtherIds } from './compareIds.ts';
import { compareMasks, type ExpectedAnswer } from './compareMasks.ts';
import { type AnswerTexts, type ChatTexts, ourTexts } from './ourTexts.ts';
import { writeModel } from './templateModel.ts';

export const templatesSuite: Suite = {
  name: 'templates',
  about:
    'chat templates of models, out of packages that carry them: texts, ids and what is trained, against transformers',
  columns: [
    ...['template', 'of', 'conversations', 'texts', 'refused by both', 'texts that differ', 'ids that differ'],
    ...['trained answers', 'in own words', 'masks that differ'],
  ],
  open,
};

async function open(say: (line: string) => void): Promise<OpenSuite> {
  const python = providePython(textEnvironment, say);
  const { transformers, jinja2 } = versionsIn(python, ['transformers', 'jinja2']);
  say(`Templates by transformers ${transformers}, jinja2 ${jinja2}.`);
  const reader = new LineProgram(`transformers ${transformers}`, {
    command: python,
    args: [join(import.meta.dirname, 'reader.py')],
  });
  const dir = mkdtempSync(join(tmpdir(), 'graft-interop-'));
  const carried = carriedTemplates(python, say);
  return {
    checks: [
      ...carried.map((template) => templateCheck(template, { reader, dir })),
      ...topics.map((topic) => topicCheck(topic, reader)),
    ],
    close: () => {
      reader.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function templateCheck({ from, name, template }: CarriedTemplate, { reader, dir }: Programs): Check {
  const run: Check['run'] = async () => {
    const asked = await reader.ask({ do: 'texts', template, chats: conversations });
    const { chats } = asked as { readonly chats: readonly ExpectedTexts[] };
    const pairs: (readonly [string | null, string | null])[] = [];
    for (const [at, conversation] of conversations.entries()) {
      const ours = flat(await ourTexts(template, conversation));
      pairs.push(...flat(chats[at]).map((theirs, place) => [ours[place], theirs] as const));
    }
    const differing = pairs.filter(([ours, theirs]) => ours !== theirs).length;
    const texts = pairs.flatMap(([, theirs]) => (theirs === null ? [] : [theirs]));
    const folder = writeModel(join(dir, `${from} ${name}`.replace(/\W+/g, '-')), template);
    const bench = { reader, folder, tokenizer: await loadTokenizer(folder) };
    const otherIds = await countOtherIds(texts, bench);
    const rows = conversations.map((conversation, at) => ({ conversation, answers: chats[at].answers }));
    const masks = await compareMasks(template, rows, bench);
    const figures = [conversations.length, pairs.length, pairs.length - texts.length, differing, otherIds];
    const ofMasks = [masks.answers, masks.inOwnWords, masks.differing];
    const passed = differing + otherIds + masks.differing === 0 && texts.length > 0;
    return { passed, figures: [...figures, ...ofMasks].map(String) };
  };
  return { subject: [name, from], run };
}

/** As reader.py tells it. */
interface ExpectedTexts extends ChatTexts {
  readonly answers: readonly (AnswerTexts & ExpectedAnswer)[];
}

function flat({ whole, opened, answers }: ChatTexts): readonly (string | null)[] {
  return [whole, opened, ...answers.flatMap(({ prompt, through }) => [prompt, through])];
}

/** What the tests of every day compare with must be what jinja2 says today. */
function topicCheck({ name, context, cases }: Topic, reader: LineProgram): Check {
  const run: Check['run'] = async () => {
    const given = Object.fromEntries(Object.entries(context).filter(([key]) => key !== 'big'));
    const asked = await reader.ask({ do: 'cases', templates: cases.map(([template]) => template), context: given });
    const { texts } = asked as { readonly texts: readonly (string | null)[] };
    const differing = cases.filter(([, text], at) => text !== texts[at]).length;
    const refused = texts.filter((text) => text === null).length;
    return { passed: differing === 0, figures: ['', String(cases.length), String(refused), String(differing)] };
  };
  return { subject: [`small templates: ${name}`, 'recorded for the tests'], run };
}

interface Programs {
  readonly reader: LineProgram;
  /** For tokenizers on their way. */
  readonly dir: string;
}
