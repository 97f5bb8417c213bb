/** `logits`: token ids in, logits out, flat and row-major: for checking. */
import type { Command } from 'commander';
import { z } from 'zod';
import type { ChatBackendRequest } from '../../contract/conversations.ts';
import { GraftError } from '../../contract/errors.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { addChatBackendFlags, backendRequest, chatBackendRequest } from '../backendFlags.ts';
import { leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

const matrixSchema = z.array(z.array(z.int().nonnegative()).min(1)).min(1);

interface Flags extends ChatBackendRequest {
  readonly model: string;
  readonly adapter?: string;
  readonly ids: string;
  readonly attentionMask?: string;
}

export function addLogitsCommand(program: Command, session: CommandSession): void {
  const command = leaf(program, session, {
    syntax: 'logits',
    summary: 'Logits of token ids, for checking; of an encoder those of its labels',
    example: `logits --model smollm2 --ids '[[504, 3575, 282]]' --json`,
  })
    .requiredOption('--model <model>', 'base model')
    .option('--adapter <adapter>', 'with this adapter')
    .requiredOption('--ids <json>', 'rows of token ids of one length')
    .option('--attention-mask <json>', '1 for tokens, 0 for padding; same shape as the ids');
  addChatBackendFlags(command, 'tensor').action(async ({ model, adapter, ids, attentionMask, ...flags }: Flags) => {
    const rows = parseMatrix(ids, '--ids');
    const mask = attentionMask === undefined ? undefined : parseMatrix(attentionMask, '--attention-mask');
    checkShapes(rows, mask);
    const { chats, classification, models } = await session.studio();
    if (models.get(model).shape.encoder !== undefined) {
      const request = {
        model,
        adapter: adapter ?? null,
        ids: rows,
        attentionMask: mask,
        backend: backendRequest(flags),
      };
      const { task, ...found } = await classification.logits(request);
      return session.result({ ...found, data: found.data.map(exactly), ...task }, () => labelLines(found, task));
    }
    const logits = await chats.logits(model, adapter ?? null, rows, mask, chatBackendRequest(flags));
    if (session.terminal.json) return session.terminal.printPieces(logitsJson(logits));
    session.terminal.print([`shape ${logits.shape.join(' × ')}`, ...topOfEachRow(logits)].join('\n'));
  });
}

function parseMatrix(text: string, flag: string): number[][] {
  try {
    return matrixSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new GraftError('usage', commandLineWords.rowsOfNumbers({ flag }), { field: flag }, error);
  }
}

function checkShapes(rows: readonly (readonly number[])[], mask: readonly (readonly number[])[] | undefined): void {
  const length = rows[0]?.length;
  if (rows.some((row) => row.length !== length))
    throw new GraftError('usage', commandLineWords.oneLength(), { field: '--ids' });
  const fits = mask === undefined || (mask.length === rows.length && mask.every((row) => row.length === length));
  if (!fits) throw new GraftError('usage', commandLineWords.sameShape(), { field: '--attention-mask' });
}

/** As `logitsJson` has them. */
function exactly(value: number): number {
  return Number(value.toPrecision(9));
}

/** What an encoder's head gives for each label. */
function labelLines({ shape: [rows, outputs], data }: Logits, { labels }: LabelTask): string[] {
  const row = (index: number): string =>
    Array.from(
      { length: outputs },
      (_, output) => `${labels[output] ?? 'value'} (${data[index * outputs + output]?.toFixed(3)})`,
    ).join(', ');
  return [`shape ${rows} × ${outputs}`, ...Array.from({ length: rows }, (_, index) => `row ${index}: ${row(index)}`)];
}

interface Logits {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const pieceNumbers = 65_536;

/** Nine digits hold a float32 exactly; infinities and NaN are null, as JSON has none. */
function* logitsJson({ shape, data }: Logits): Generator<string> {
  yield `{"shape":${JSON.stringify(shape)},"data":[`;
  for (let start = 0; start < data.length; start += pieceNumbers) {
    const texts = data
      .slice(start, start + pieceNumbers)
      .map((value) => (Number.isFinite(value) ? value.toPrecision(9) : 'null'));
    yield (start === 0 ? '' : ',') + texts.join(',');
  }
  yield ']}';
}

/** The five highest of each row's last position. */
function topOfEachRow({ shape, data }: Logits): string[] {
  const [rows = 0, length = 0, vocabulary = 0] = shape;
  return Array.from({ length: rows }, (_, row) => {
    const start = (row * length + length - 1) * vocabulary;
    const last = data.slice(start, start + vocabulary).map((logit, id) => ({ logit, id }));
    const top = last.sort((a, b) => b.logit - a.logit).slice(0, 5);
    return `row ${row}, last token: ${top.map(({ id, logit }) => `${id} (${logit.toFixed(3)})`).join(', ')}`;
  });
}
