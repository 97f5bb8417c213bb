/**
 * The README.md of an exported folder, as model hubs read it: front matter, what it is, how to load it, where it comes
 * from. Facts alone, from the lineage; what is not known is left out and not guessed.
 */
import { z } from 'zod';
import type { Evaluation, TestEvaluation } from '../../contract/engine.ts';
import type {
  Adapter,
  Dataset,
  DatasetReference,
  Model,
  RunConfiguration,
  TrainedSteps,
} from '../../contract/entities.ts';
import { isCut, isNear } from '../../contract/exports/exportSpec.ts';
import type { ExportResult, ExportSpec } from '../../contract/exports/exportSpec.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { trainingSchema } from '../../contract/training.ts';
import { englishOf } from '../../contract/words/words.ts';

export interface CardFacts {
  readonly title: string;
  readonly spec: ExportSpec;
  readonly result: ExportResult;
  /** The folder's name, for commands. */
  readonly folder: string;
  readonly base: CardBase | null;
  readonly adapter: Pick<Adapter, 'method' | 'parameters'> | null;
  readonly training: CardTraining | null;
  readonly codeVersion: string;
}

export interface CardBase extends Pick<Model, 'name' | 'licence' | 'parameters'> {
  /** An encoder, which writes no text. */
  readonly classifies: boolean;
  /** `owner/name`; null where it did not come from a hub. */
  readonly hubId: string | null;
}

export interface CardTraining {
  readonly configuration: RunConfiguration;
  readonly trained: TrainedSteps | null;
  readonly dataset: Pick<Dataset, 'name' | 'rows' | 'format' | 'contentHash'> | null;
  readonly curve: CardCurve | null;
  readonly baseEvaluation: Evaluation | null;
  readonly adapterEvaluation: Evaluation | null;
  readonly testEvaluation: TestEvaluation | null;
}

/** Of the training loss. */
export interface CardCurve {
  readonly first: CurvePoint;
  readonly last: CurvePoint;
  readonly lowest: CurvePoint;
}

export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
}

type Row = readonly [name: string, value: string];

export function modelCard(facts: CardFacts): string {
  const sections = [
    frontMatter(facts),
    `# ${facts.title}`,
    introduction(facts),
    usage(facts),
    table('This export', exportRows(facts)),
    table('Base', baseRows(facts)),
    table('Adapter', adapterRows(facts)),
    table('Data', dataRows(facts)),
    table('Training', settingRows(facts)),
    curve(facts),
    facts.result.notes.map((note) => `> ${englishOf(note)}`).join('\n\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** YAML whose values are all JSON, which YAML contains. */
function frontMatter({ base, spec, adapter }: CardFacts): string {
  const { library, relation, tags } = spec.hub;
  const fields: Readonly<Record<string, unknown>> = {
    base_model: base?.hubId ?? null,
    base_model_relation: base?.hubId && adapter ? relation : null,
    library_name: library,
    license: base?.licence ?? null,
    pipeline_tag: base === null ? null : base.classifies ? 'text-classification' : 'text-generation',
    tags: [...new Set(['graft', ...(adapter ? [adapter.method] : []), ...tags])],
  };
  const lines = Object.entries(fields).flatMap(([key, value]) =>
    value === null ? [] : [`${key}: ${JSON.stringify(value)}`],
  );
  return ['---', ...lines, '---'].join('\n');
}

function introduction({ base, adapter, spec }: CardFacts): string {
  const form = `${spec.title}, for ${spec.readers.join(', ')}`;
  if (!adapter) return `${base?.name ?? 'A model'} in another format: ${form}. Written by Graft.`;
  const { title } = getMethodSpec(adapter.method);
  return `${title} adapter of ${base ? (base.hubId ?? base.name) : 'a base model that is not known'}: ${form}. Written by Graft.`;
}

function usage({ spec, base, folder, result }: CardFacts): string {
  const file = result.files.find((name) => name.endsWith('.gguf')) ?? '';
  const task = base?.classifies ? 'SequenceClassification' : 'CausalLM';
  const { language, lines } = spec.usage({ base: base?.hubId ?? base?.name ?? 'BASE', folder, file, task });
  return ['## How to load', '', `\`\`\`${language}`, ...lines, '```'].join('\n');
}

function exportRows({ spec, result, codeVersion }: CardFacts): Row[] {
  const { of, difference, rounding } = result.parity;
  const { truncation, heldOut } = result;
  return [
    ['Form', spec.title],
    ['Weights', rounding === null ? 'as they are, not rounded' : `rounded to ${rounding}`],
    ...(of === 'nothing'
      ? []
      : [[`Largest difference of ${of} to the original, relative`, difference.toExponential(1)] as const]),
    ...(isNear(result) ? [['Exact', 'no: it comes near the original, as far as the difference says'] as const] : []),
    ...(heldOut
      ? [
          [
            `On ${heldOut.rows} rows of ${heldOut.dataset} that training did not see`,
            `${percent(heldOut.sameAnswer)} of ${heldOut.answers} answers alike, logits differ by at most ${heldOut.difference.toExponential(1)}`,
          ] as const,
        ]
      : []),
    ...(truncation && isCut(truncation)
      ? [['Truncated', `to rank ${truncation.rank}, error ${percent(truncation.relativeError)} of the change`] as const]
      : []),
    ['Made by', `Graft ${codeVersion}`],
  ];
}

function baseRows({ base }: CardFacts): Row[] {
  if (!base) return [];
  return [
    ['Model', base.hubId ?? base.name],
    ['Parameters', whole(base.parameters)],
    ['Licence', base.licence ?? 'not stated'],
  ];
}

function adapterRows({ adapter, training }: CardFacts): Row[] {
  if (!adapter) return [];
  const spec = getMethodSpec(adapter.method);
  const options = training ? titled(spec.options, training.configuration.method.options) : [];
  return [
    ['Method', `[${spec.title}](${spec.paper})`],
    ['Trained parameters', whole(adapter.parameters)],
    ...(training ? [['Layers', whole(training.configuration.targets.length)] as const] : []),
    ...outputRow(training?.configuration.labelTask),
    ...options,
  ];
}

/** What an encoder's outputs stand for: PEFT keeps no names of classes. */
function outputRow(task: LabelTask | undefined): Row[] {
  if (task === undefined) return [];
  return [
    ['Outputs', task.kind === 'regression' ? 'a number' : task.labels.map((label, id) => `${id} ${label}`).join(', ')],
  ];
}

function dataRows({ training }: CardFacts): Row[] {
  const dataset = training?.dataset;
  if (!dataset) return [];
  return [
    ['Dataset', dataset.name],
    ['Rows', whole(dataset.rows)],
    ['Format', dataset.format],
    ['SHA-256', `\`${dataset.contentHash}\``],
    ...ownRows('Evaluated on', training.configuration.evalDataset),
    ...ownRows('Tested on', training.configuration.testDataset),
  ];
}

function ownRows(title: string, dataset: DatasetReference | undefined): Row[] {
  return dataset === undefined ? [] : [[title, `${dataset.name}, SHA-256 \`${dataset.contentHash}\``]];
}

function settingRows({ training }: CardFacts): Row[] {
  if (!training) return [];
  const { training: settings, precision } = training.configuration;
  // The prompts are the person's own, and no setting of the training.
  const rows = titled(trainingSchema.omit({ samplePrompts: true }), settings);
  return [...trainedRows(training.trained), ...rows, ['Precision of the base', precision]];
}

/** The settings name the steps that were planned. */
function trainedRows(trained: TrainedSteps | null): Row[] {
  if (trained === null) return [];
  const { step, steps, plannedSteps, stopped } = trained;
  return [
    [stopped ? 'Stopped after' : 'Trained for', `${whole(steps)} of ${whole(plannedSteps)} steps`],
    ...(step === steps ? [] : [['Weights of step', whole(step)] as const]),
  ];
}

/** The fields that a schema has a title for and that say something, in its order. */
function titled(schema: z.ZodType, values: object): Row[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const given = new Map(Object.entries(values));
  return Object.entries(json.properties ?? {}).flatMap(([field, property]): Row[] => {
    const title = typeof property === 'object' ? property.title : undefined;
    const text = shown(given.get(field));
    return title === undefined || text === '' ? [] : [[title, text]];
  });
}

function shown(value: unknown): string {
  if (value === true) return 'yes';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, each]) => `${key} ${shown(each)}`)
    .join(', ');
}

function curve({ training }: CardFacts): string {
  if (!training) return '';
  const { curve: loss, baseEvaluation, adapterEvaluation, testEvaluation: test } = training;
  const points = loss ? Object.entries({ First: loss.first, Lowest: loss.lowest, Last: loss.last }) : [];
  const rows = [
    ...points.map(([name, { step, loss: value }]) => [`${name} training loss`, whole(step), value.toFixed(4)]),
    ...(baseEvaluation ? [['Evaluation loss of the base', '–', baseEvaluation.loss.toFixed(4)]] : []),
    ...(adapterEvaluation
      ? [['Evaluation loss with the adapter', whole(adapterEvaluation.step), adapterEvaluation.loss.toFixed(4)]]
      : []),
    ...(test ? [['Test loss of the base', '–', test.base.loss.toFixed(4)]] : []),
    ...(test ? [['Test loss with the adapter', whole(test.step), test.loss.toFixed(4)]] : []),
  ];
  if (rows.length === 0) return '';
  return [
    '## Curve',
    '',
    '| | step | loss |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n');
}

function table(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  return [`## ${title}`, '', '| | |', '|---|---|', ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n');
}

/** Names are a person's: they must not end a cell or begin markup. */
function cell(text: string): string {
  return text.replaceAll(/[|<]/g, (character) => `\\${character}`).replaceAll(/\s+/g, ' ');
}

function whole(value: number): string {
  return value.toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
