/** `method list|show`: what each adapter method trains and recommends, with the source of every default. */
import type { Command } from 'commander';
import type { MethodSpec, RecommendedTraining, Sourced } from '../../methods/methodSpec.ts';
import { getMethodSpec, methodSpecs } from '../../methods/registry.ts';
import { fields, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';

export function addMethodCommands(program: Command, session: CommandSession): void {
  const method = group(program, 'method', 'Adapter methods: list, show with their defaults and where these come from');

  leaf(method, session, { syntax: 'list', summary: 'List the methods', example: 'method list' }).action(() => {
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
  });

  leaf(method, session, {
    syntax: 'show <method>',
    summary: 'Show defaults with their sources',
    example: 'method show vera',
  }).action((id: string) => {
    const spec = methodJson(getMethodSpec(id));
    session.result(spec, () => render(spec));
  });
}

type MethodJson = ReturnType<typeof methodJson>;

function methodJson({ id, title, summary, paper, options, recommended, classification }: MethodSpec) {
  const defaults = options.parse({}) as Readonly<Record<string, unknown>>;
  return {
    id,
    title,
    summary: summary.en,
    paper,
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

function render({ title, summary, paper, options, recommended, classification }: MethodJson): string[] {
  const set = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  return [
    ...fields([
      ['method', title],
      ['', summary],
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
