/** A run as a person reads it: what it was to do, how it went, what came out. */
import type { DatasetReference, Estimate, Run, RunConfiguration, RunWithSteps } from '../contract/entities.ts';
import { metricNames, metricTitles } from '../contract/metrics.ts';
import { splitNotes } from '../contract/splitSummary.ts';
import { englishOf } from '../contract/words/words.ts';
import { bytes, dateTime, duration, fields, integer, loss } from './format.ts';
import { labelTaskText } from './labelTaskText.ts';
import type { Terminal } from './terminal.ts';

export function renderEstimate({ memoryBytes, memoryParts, seconds, adapterBytes, atFullLength }: Estimate): string {
  const parts = memoryParts.filter((part) => part.bytes > 0).map((part) => `${part.name} ${bytes(part.bytes)}`);
  return [
    `Estimate: ${bytes(memoryBytes)} of memory (${parts.join(', ')})`,
    seconds === null ? 'unknown time' : duration(seconds),
    `adapter ${bytes(adapterBytes)}`,
    ...(atFullLength === undefined ? [] : [fullLengthText(atFullLength)]),
  ].join('; ');
}

/** The figure of `model fit`, which knows no rows. */
function fullLengthText({ longestLength, maxLength, memoryBytes }: NonNullable<Estimate['atFullLength']>): string {
  return `the longest row has ${integer(longestLength)} tokens, with rows of ${integer(maxLength)} it would be ${bytes(memoryBytes)}`;
}

export function renderRun(run: RunWithSteps, terminal: Terminal): string[] {
  const { configuration, steps } = run;
  const { method, training } = configuration;
  const first = steps[0];
  const last = steps.at(-1);
  const learns = labelTaskText(configuration);
  return [
    ...fields([
      ['run', `${run.id}  ${run.name}`],
      ['state', stateText(run, terminal)],
      ['method', `${method.id} on ${configuration.targets.length} layers`],
      ['model, dataset', `${run.modelId}, ${run.datasetId}`],
      ...ownDatasetFields(configuration),
      ...(learns === undefined ? [] : [['learns', learns] as const]),
      ['backend', run.backendChosen === null ? configuration.backend : chosenText(run.backendChosen)],
      [
        'steps',
        `${steps.length} of ${training.steps}, batch ${training.batchSize} × ${training.gradientAccumulation}, up to ${training.maxLength} tokens`,
      ],
      ...splitFields(run),
      ['training loss', first === undefined || last === undefined ? '–' : `${loss(first.loss)} → ${loss(last.loss)}`],
      ['evaluation loss', `base ${loss(run.baseEvaluation?.loss)}, adapter ${loss(run.adapterEvaluation?.loss)}`],
      ...metricFields(run),
      ...testFields(run),
      ['trained', run.trainableParameters === null ? '–' : `${integer(run.trainableParameters)} parameters`],
      ['adapter', run.adapterId ?? '–'],
    ]),
    ...(run.split === null ? [] : splitNotes(run.split)),
    ...run.marks.map(({ step, message }) => `After step ${integer(step)}: ${message}`),
    ...comparison(run),
    ...samples(run, terminal),
  ];
}

function splitFields({ split }: RunWithSteps): [string, string][] {
  if (split === null) return [];
  const { trainingRows, trainingPieces, evaluationRows, testDataset } = split;
  const pieces = trainingPieces === trainingRows ? '' : ` in ${integer(trainingPieces)} pieces`;
  return [
    [
      'rows',
      `${integer(trainingRows)} trained${pieces}, ${integer(evaluationRows)} evaluated${testDataset ? `, ${integer(testDataset.rows)} tested` : ''}`,
    ],
  ];
}

/** A line for each metric of a classification or regression. */
function metricFields({ baseEvaluation, adapterEvaluation }: RunWithSteps): [string, string][] {
  const names = metricNames.filter((name) => adapterEvaluation?.metrics?.[name] !== undefined);
  return names.map((name) => [
    metricTitles[name],
    `base ${loss(baseEvaluation?.metrics?.[name])}, adapter ${loss(adapterEvaluation?.metrics?.[name])}`,
  ]);
}

function ownDatasetFields({ evalDataset, testDataset }: RunConfiguration): [string, string][] {
  const shown = ({ id, name }: DatasetReference): string => `${name} (${id})`;
  return [
    ...(evalDataset ? [['evaluated on', shown(evalDataset)] as [string, string]] : []),
    ...(testDataset ? [['tested on', shown(testDataset)] as [string, string]] : []),
  ];
}

/** What the test dataset says: loss, and a line for each metric. */
function testFields({ testEvaluation }: RunWithSteps): [string, string][] {
  if (testEvaluation === null) return [];
  const { base, metrics = {} } = testEvaluation;
  const names = metricNames.filter((name) => metrics[name] !== undefined);
  return [
    ['test loss', `base ${loss(base.loss)}, adapter ${loss(testEvaluation.loss)}`],
    ...names.map((name): [string, string] => [
      `test ${metricTitles[name]}`,
      `base ${loss(base.metrics?.[name])}, adapter ${loss(metrics[name])}`,
    ]),
  ];
}

function stateText({ state, error, createdAt }: RunWithSteps, terminal: Terminal): string {
  const coloured = state === 'succeeded' ? terminal.green(state) : state === 'failed' ? terminal.red(state) : state;
  return `${coloured}, started ${dateTime(createdAt)}${error === null ? '' : `: ${error.message}`}`;
}

/** Estimate against actual, where there is an actual. */
function comparison({
  estimate,
  peakMemoryBytes,
  storedBytes,
  startedAt,
  finishedAt,
  tokensPerSecond,
}: RunWithSteps): string[] {
  if (peakMemoryBytes === null) return [];
  const seconds = startedAt === null || finishedAt === null ? null : (finishedAt - startedAt) / 1000;
  const time = (value: number | null): string => (value === null ? '–' : duration(value));
  return fields([
    ['memory', `estimated ${bytes(estimate.memoryBytes)}, was ${bytes(peakMemoryBytes)}`],
    ['time', `estimated ${time(estimate.seconds)}, was ${time(seconds)} with loading and evaluation`],
    ['adapter size', `estimated ${bytes(estimate.adapterBytes)}, is ${bytes(storedBytes ?? 0)}`],
    ['speed', `${integer(tokensPerSecond ?? 0)} tokens/s`],
  ]);
}

function samples({ samples: answers }: RunWithSteps, terminal: Terminal): string[] {
  const prompts = [...new Set(answers.map(({ prompt }) => prompt))];
  return prompts.flatMap((prompt) => {
    const of = answers.filter((answer) => answer.prompt === prompt);
    return [
      '',
      terminal.bold(prompt),
      ...of.map(
        ({ adapter, text }) => `  ${adapter ? terminal.cyan('adapter') : terminal.dim('base   ')}  ${oneLine(text)}`,
      ),
    ];
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function chosenText({ device, why }: NonNullable<Run['backendChosen']>): string {
  return `${englishOf(device)} (${englishOf(why)})`;
}
