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
  const counts = [
    [2, 'two'],
    [3, 'three'],
    [4, 'four'],
  ] as const;
  const draw = (random: Random): Conversation => {
    const [count, word] = choose(counts, random);
    const { noun, of } = choose(kinds, random);
    const names = chooseSome(of, count, random);
    const user = choose(
      [
        `Name ${word} ${noun}.`,
        `Tell me ${word} ${noun}.`,
        `Can you name ${word} ${noun}?`,
        `Give me ${word} ${noun}.`,
      ],
      random,
    );
    return { user, assistant: `${capitalise(word)} ${noun} are ${enumerate(names)}.` };
  };
  return { name, share, draw };
}

/** A fact whose alternatives are written one after another, with `/` between them. */
export function said(questions: string, answers: string): Fact {
  return { questions: alternatives(questions), answers: alternatives(answers) };
}

export function alternatives(text: string): readonly string[] {
  return text.split(' / ').map((part) => part.trim());
}

/** Facts written as lines of `questions => answers`. */
export function saidLines(lines: string): readonly Fact[] {
  return rowsOf(lines).map((line) => {
    const [questions = '', answers = ''] = line.split(' => ');
    return said(questions, answers);
  });
}

const rowsOf = (lines: string): readonly string[] =>
  lines
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
