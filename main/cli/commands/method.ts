/** `method list|show`: what each adapter method trains and recommends, with the source of every default. */
import type { Command } from 'commander';
import type { MethodSpec, Sourced } from '../../contract/methods/method.ts';
import { getMethodSpec, methodSpecs } from '../../contract/methods/registry.ts';
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
          return [id, rankOf(options), ratesText(learningRates), schedule.value, String(batchSize.value), String(maxLength.value), summary];
        }),
      ),
    );
  });

  leaf(method, session, { syntax: 'show <method>', summary: 'Show defaults with their sources', example: 'method show vera' }).action(
    (id: string) => {
      const spec = methodJson(getMethodSpec(id));
      session.result(spec, () => render(spec));
    },
  );
}

type MethodJson = ReturnType<typeof methodJson>;

function methodJson({ id, title, summary, paper, options, recommended }: MethodSpec) {
  return { id, title, summary, paper, options: options.parse({}) as Readonly<Record<string, unknown>>, recommended };
}

function rankOf(options: Readonly<Record<string, unknown>>): string {
  return 'rank' in options ? String(options.rank) : '';
}

function ratesText(rates: MethodSpec['recommended']['learningRates']): string {
  return Object.values(rates)
    .map(({ value }) => String(value))
    .join(', ');
}

function render({ title, summary, paper, options, recommended }: MethodJson): string[] {
  const { learningRates, ...others } = recommended;
  const named: [string, Sourced<unknown>][] = [
    ...Object.entries(learningRates).map(([name, rate]): [string, Sourced<unknown>] => [`learning rate (${name})`, rate]),
    ...Object.entries(others),
  ];
  const defaults = named.map(([name, { value, source }]) => [name, String(value), source]);
  const set = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  return [
    ...fields([
      ['method', title],
      ['', summary],
      ['paper', paper],
    ]),
    '',
    ...table(['default', 'value', 'source'], defaults),
    '',
    ...table(
      ['option', 'default (as in PEFT)'],
      set.map(([name, value]) => [name, JSON.stringify(value)]),
    ),
  ];
}
