/**
 * What the sample model's world is made of: facts with several ways to ask for each and one or a few ways to say it,
 * and topics, which draw one conversation at a time. Every answer is whole sentences, understood without the question.
 */
import { choose, chooseSome } from '../random.ts';
import type { Random } from '../random.ts';

export interface Conversation {
  readonly user: string;
  readonly assistant: string;
}

export interface Fact {
  readonly questions: readonly string[];
  readonly answers: readonly string[];
}

export interface Topic {
  readonly name: string;
  /** How often it is drawn, beside the shares of the others. */
  readonly share: number;
  readonly draw: (random: Random) => Conversation;
}

export function factTopic(name: string, share: number, facts: readonly Fact[]): Topic {
  return {
    name,
    share,
    draw: (random) => {
      const { questions, answers } = choose(facts, random);
      return { user: choose(questions, random), assistant: choose(answers, random) };
    },
  };
}

/** Asks for two to four of a kind. */
export function listTopic(
  name: string,
  share: number,
  kinds: readonly { readonly noun: string; readonly of: readonly string[] }[],
): Topic {
  const draw = (random: Random): Conversation => {
    const count = choose([2, 3, 4], random);
    const word = ['two', 'three', 'four'][count - 2] ?? '';
    const { noun, of } = choose(kinds, random);
    const names = chooseSome(of, count, random);
    const ways = ['Name {what}.', 'Tell me {what}.', 'Can you name {what}?', 'Give me {what}.'];
    const user = fill(choose(ways, random), { what: `${word} ${noun}` });
    return { user, assistant: `${capitalise(word)} ${noun} are ${enumerate(names)}.` };
  };
  return { name, share, draw };
}

export function alternatives(text: string): readonly string[] {
  return text.split(/\s\/ /).map((part) => part.trim());
}

/** Facts written as lines of `questions => answers`, with `/` between alternatives. */
export const saidLines = (lines: string): readonly Fact[] => rowsOf(lines).map(readFact);

/** Words for the places of a pattern. */
export type Places = Readonly<Record<string, string>>;

/** Facts of each record out of lines like those of `saidLines` with places; one with an empty place is left out. */
export function factsOf(records: readonly Places[], lines: string): readonly Fact[] {
  const rows = rowsOf(lines);
  return records.flatMap((record) =>
    rows
      .filter((row) => placesOf(row).every((place) => textAt(place, record) !== ''))
      .map((row) => readFact(fill(row, record))),
  );
}

/** A pattern with its places filled: `{name}` is the text of that name, `{Name}` the same with a capital. */
export function fill(pattern: string, places: Places): string {
  return pattern.replace(/\{(\w+)\}/g, (_, place: string) => textAt(place, places));
}

const placesOf = (pattern: string): readonly string[] =>
  [...pattern.matchAll(/\{(\w+)\}/g)].map(([, place]) => place ?? '');

function textAt(place: string, places: Places): string {
  const name = place.charAt(0).toLowerCase() + place.slice(1);
  const text = places[name];
  if (text === undefined) throw new Error(`Nothing is known of {${place}}.`);
  return place === name ? text : capitalise(text);
}

function readFact(row: string): Fact {
  const [questions = '', answers = ''] = row.split(' => ');
  return { questions: alternatives(questions), answers: alternatives(answers) };
}

/** Lines without what is around them; one that begins with `=>` or `/` goes on with the one before. */
export const rowsOf = (lines: string): readonly string[] =>
  lines
    .replace(/\n\s*(?==>|\/ )/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Lines of cells with `|` between them; an empty cell is an empty text. */
export function readTable<Column extends string>(
  columns: readonly Column[],
  lines: string,
): readonly Record<Column, string>[] {
  return rowsOf(lines).map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length !== columns.length)
      throw new Error(`This line has ${cells.length} cells, not ${columns.length}: ${line}`);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])) as Record<Column, string>;
  });
}

/** With its article: `a cow`, `an owl`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) && !/^(uni|use|one|eu)/.test(noun) ? 'an' : 'a'} ${noun}`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a, b and c`. */
export function enumerate(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
