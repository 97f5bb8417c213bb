/**
 * `method list|show`: what each adapter method trains and recommends, with the source of every default; for a model
 * also what it would train and store there, as the training form has it.
 */
import type { Command } from 'commander';
import type { ModelShape } from '../../contract/families/family.ts';
import { GraftError } from '../../contract/errors.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';
import { englishOf } from '../../contract/words/words.ts';
import { exportsOf, isServed, methodFacts } from '../../methods/methodFacts.ts';
import type { MethodSpec, RecommendedTraining, Sourced } from '../../methods/methodSpec.ts';
import { getMethodSpec, methodSpecs } from '../../methods/registry.ts';
import { goals } from '../../methods/suits.ts';
import { callbacks, optimizers, procedures } from '../../training/registry.ts';
import type { TrainingPart } from '../../training/trainingPart.ts';
import { bytes, fields, integer, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';

interface ListFlags {
  readonly model?: string;
  readonly targets?: string;
  readonly markdown?: boolean;
}

export function addMethodCommands(program: Command, session: CommandSession): void {
  const method = group(
    program,
    'method',
    'Adapter methods: list, which to take, show with their defaults and where these come from',
  );

  leaf(method, session, {
    syntax: 'list',
    summary: 'List the methods; with a model, what each would train and store there',
    example: 'method list --model smollm2 --targets all-linear',
  })
    .option('--model <model>', 'count trained parameters and stored bytes for this model of the library')
    .option('--targets <targets>', "the layers to count with, as in `train` (otherwise the method's own)")
    .option('--markdown', 'print the table of sizes as Markdown')
    .action(async (flags: ListFlags) => {
      if (flags.model === undefined) return listPlain(session, flags);
      const model = (await session.studio()).models.get(flags.model);
      const counted = { shape: model.shape, targets: targetsOf(flags.targets) };
      const list = Object.values(methodSpecs).map((spec) => ({ ...methodJson(spec), ...sizesJson(spec, counted) }));
      const rows = list.map(sizeRow);
      session.result(list, () => (flags.markdown ? markdown(sizeHeader, rows) : table(sizeHeader, rows)));
    });

  addWhich(method, session);
  leaf(method, session, {
    syntax: 'show <method>',
    summary: 'Show when to take it, and defaults with their sources',
    example: 'method show vera',
  }).action((id: string) => {
    const spec = methodJson(getMethodSpec(id));
    session.result(spec, () => render(spec));
  });
}

/** The page of that name: every method once, by what a person is after; then what training is made of. */
function addWhich(method: Command, session: CommandSession): void {
  leaf(method, session, {
    syntax: 'which',
    summary: 'Which method? When to take which, with sources; optimizers and procedures in a sentence each',
    example: 'method which',
  })
    .option('--markdown', 'print it as Markdown')
    .action(({ markdown: isMarkdown = false }: { readonly markdown?: boolean }) => {
      const which = whichJson();
      session.result(which, () => whichLines(which, isMarkdown));
    });
}

const partHeadings = { optimizers: 'Optimizers', procedures: 'Procedures', callbacks: 'Between steps' } as const;
type PartKind = keyof typeof partHeadings;
const partsOf = { optimizers, procedures, callbacks };

function whichJson() {
  const methods = Object.entries(goals).map(([goal, { en: title }]) => ({
    goal,
    title,
    methods: Object.values(methodSpecs).flatMap(({ id, title: name, suits, paper }) =>
      suits.goal === goal ? [{ id, title: name, text: suits.text.en, source: suits.source.en, paper }] : [],
    ),
  }));
  const parts = (Object.keys(partHeadings) as PartKind[]).map((kind) => ({
    kind,
    parts: Object.values<TrainingPart>(partsOf[kind]).map(({ id, title, summary, paper = null }) => ({
      ...{ id, title: title.en, summary: summary.en, paper },
    })),
  }));
  return { methods, parts };
}

function whichLines({ methods, parts }: ReturnType<typeof whichJson>, isMarkdown: boolean): readonly string[] {
  const heading = (text: string): readonly string[] => (isMarkdown ? [`### ${text}`, ''] : [text]);
  const item = (name: string, text: string): string => (isMarkdown ? `- **${name}**: ${text}` : `  ${name}: ${text}`);
  return [
    ...methods.flatMap(({ title, methods: own }) => [
      ...heading(title),
      ...own.map((each) => item(each.title, `${each.text} (${each.source})`)),
      '',
    ]),
    ...parts.flatMap(({ kind, parts: own }) => [
      ...heading(partHeadings[kind]),
      ...own.map(({ title, summary }) => item(title, summary)),
      '',
    ]),
  ];
}

function listPlain(session: CommandSession, flags: ListFlags): void {
  const stray = flags.targets === undefined ? (flags.markdown ? '--markdown' : undefined) : '--targets';
  if (stray !== undefined) {
    throw new GraftError('usage', commandLineWords.flagNeeds({ flag: stray, needed: '--model' }), { field: stray });
  }
  const list = Object.values(methodSpecs).map(methodJson);
  session.result(list, () =>
    table(
      ['method', '>rank', '>learning rate', 'schedule', '>batch', '>length', 'what it is'],
      list.map(({ id, options, recommended, summary }) => {
        const { learningRates, schedule, batchSize, maxLength } = recommended;
        return [
          id,
          rankOf(options),
          ratesText(learningRates),
          schedule.value,
          String(batchSize.value),
          String(maxLength.value),
          summary,
        ];
      }),
    ),
  );
}

/** Several names with commas, else one name, a pattern or `all-linear`. */
function targetsOf(text: string | undefined): TrainRequest['targets'] {
  return text?.includes(',') ? text.split(',').map((name) => name.trim()) : text;
}

interface Counted {
  readonly shape: ModelShape;
  readonly targets: TrainRequest['targets'];
}

function sizesJson(spec: MethodSpec, { shape, targets }: Counted) {
  const { refusal, size, leanBytes } = methodFacts({ spec, shape, targets });
  return {
    refusal: refusal === null ? null : englishOf(refusal),
    trainedParameters: size?.trained ?? null,
    storedBytes: size?.storedBytes ?? null,
    leanStoredBytes: leanBytes,
    exports: exportsOf(spec, { shape }),
    server: isServed(spec, { shape }),
  };
}

const sizeHeader = ['method', '>trained', '>stored', 'exports', 'server', 'what it is'];

function sizeRow(row: MethodJson & ReturnType<typeof sizesJson>): readonly string[] {
  const { id, refusal, trainedParameters, storedBytes, leanStoredBytes, exports, server, summary } = row;
  const lean = leanStoredBytes === null ? '' : ` (lean ${bytes(leanStoredBytes)})`;
  return [
    id,
    trainedParameters === null ? '–' : integer(trainedParameters),
    storedBytes === null ? '–' : bytes(storedBytes) + lean,
    exports.join(', '),
    server ? 'yes' : 'no',
    refusal ?? summary,
  ];
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const names = header.map((name) => name.replace(/^>/, ''));
  const rule = header.map((name) => (name.startsWith('>') ? '---:' : '---'));
  return [line(names), line(rule), ...rows.map(line)];
}

type MethodJson = ReturnType<typeof methodJson>;

function methodJson(spec: MethodSpec) {
  const { id, title, summary, suits, paper, options, recommended, classification } = spec;
  const defaults = options.parse({}) as Readonly<Record<string, unknown>>;
  return {
    id,
    title,
    summary: summary.en,
    suits: { goal: suits.goal, text: suits.text.en, source: suits.source.en },
    paper,
    exports: exportsOf(spec),
    server: isServed(spec),
    options: defaults,
    recommended,
    classification: classification ?? null,
  };
}

function rankOf(options: Readonly<Record<string, unknown>>): string {
  return 'rank' in options ? String(options.rank) : '';
}

function ratesText(rates: RecommendedTraining['learningRates']): string {
  return Object.values(rates)
    .map(({ value }) => String(value))
    .join(', ');
}

/** Each default with the place it comes from. */
function recommendations({ learningRates, ...others }: RecommendedTraining): string[][] {
  const named: [string, Sourced<unknown>][] = [
    ...Object.entries(learningRates).map(([name, rate]): [string, Sourced<unknown>] => [
      `learning rate (${name})`,
      rate,
    ]),
    ...Object.entries(others),
  ];
  return named.map(([name, { value, source }]) => [name, String(value), source.text]);
}

function render(method: MethodJson): string[] {
  const { title, summary, suits, paper, exports, server, options, recommended, classification } = method;
  const set = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  return [
    ...fields([
      ['method', title],
      ['', summary],
      ['take it for', goals[suits.goal].en],
      ['', suits.text],
      ['', `source: ${suits.source}`],
      ['exports', exports.join(', ')],
      ['server', server ? 'yes' : 'no'],
      ['paper', paper],
    ]),
    '',
    ...table(['default', 'value', 'source'], recommendations(recommended)),
    '',
    ...(classification === null
      ? []
      : [...table(['for encoders', 'value', 'source'], recommendations(classification)), '']),
    ...table(
      ['option', 'default (as in PEFT)'],
      set.map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  ];
}
