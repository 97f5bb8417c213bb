/**
 * A JSON file that is one list of rows, or an object with one list of objects in it (`{"version": 1, "data": [ … ]}`),
 * read element by element so that a file of any size needs the memory of one row. Brackets and strings are followed
 * here; each element is then parsed by JSON.parse, so a fault inside one is a bad row; what is no structure between
 * them is an error.
 */
import { GraftError } from '../../contract/errors.ts';
import { parseJsonRow } from './rows.ts';
import type { TextFaults } from './faults.ts';
import type { RawRow, RawRows, RowText } from './rows.ts';
import { jsonListWords as words } from '../../contract/words/jsonLists.ts';
import type { Said } from '../../contract/words/words.ts';

const maxElementChars = 64 * 2 ** 20;

/** Throws GraftError('invalid') with the line where the structure breaks, or when there is no list, or two. */
export async function* readJsonArray({ pieces, file, faults }: RowText): RawRows {
  const scanner = new RowListScanner(file, faults);
  let place = 1;
  const toRow = ({ line, text }: Element): RawRow => parseJsonRow({ line, place: place++ }, text, faults);
  for await (const piece of pieces) for (const element of scanner.push(piece)) yield toRow(element);
  for (const element of scanner.finish()) yield toRow(element);
}

interface Element {
  readonly line: number;
  readonly text: string;
}

type State =
  | 'start'
  | 'rowOrEnd' // after `[` of the rows
  | 'row' // after a comma between rows
  | 'afterRow'
  | 'keyOrEnd' // after `{` of the outer object
  | 'key'
  | 'colon'
  | 'memberValue'
  | 'listStart' // after `[` of a member: rows if an object follows
  | 'afterMember'
  | 'end';

/** What the value being followed is for. */
type Purpose = 'row' | 'key' | 'skip';

/**
 * A state machine over characters. Inside a value only depth and strings matter; between values each character does.
 */
class RowListScanner {
  private readonly file: string;
  private readonly faults: TextFaults | undefined;
  private state: State = 'start';
  private line = 1;
  private inObject = false;
  private lastKey = '';
  private looseMarks = ''; // of faults between the rows, which the next row answers for
  private rowsKey: string | undefined;
  private follower: { readonly purpose: Purpose; readonly line: number; readonly value: ValueFollower } | undefined;

  constructor(file: string, faults: TextFaults | undefined) {
    this.file = file;
    this.faults = faults;
  }

  /** Rows that end in this piece. */
  push(piece: string): Element[] {
    const elements: Element[] = [];
    for (let at = 0; at < piece.length;) {
      if (this.follower !== undefined) {
        at = this.follow(piece, at, elements);
        continue;
      }
      const character = piece.charAt(at);
      if (character === '\n') this.line++;
      if (!character.isWellFormed()) this.looseMarks += character;
      else if (!/[ \t\r\n]/.test(character)) at -= this.takesWhole(character) ? 0 : 1;
      at++;
    }
    return elements;
  }

  /** Faults behind the last row, as one that is none. */
  finish(): Element[] {
    const noList = this.inObject && this.rowsKey === undefined;
    if (this.follower === undefined && this.state === 'end' && !noList)
      return this.looseMarks === '' ? [] : [{ line: this.line, text: this.looseMarks }];
    if (this.state === 'start') throw this.error(words.empty());
    if (this.state === 'end') throw this.error(words.noList());
    this.faults?.refuseIn(this.follower?.value.text ?? ''); // it may stand where the quote was that would end this row
    throw this.error(words.endsWithin());
  }

  private follow(piece: string, from: number, elements: Element[]): number {
    const { purpose, line, value } = this.follower ?? { purpose: 'skip', line: 0, value: new ValueFollower(false, 0) };
    const to = value.take(piece, from);
    this.line += value.takeLineEnds();
    if (value.length > maxElementChars) throw this.error(words.longRow({ line, characters: maxElementChars }));
    if (!value.complete) return to;
    this.follower = undefined;
    if (purpose === 'row') elements.push({ line, text: this.looseMarks + value.text });
    if (purpose === 'row') this.looseMarks = '';
    if (purpose === 'key') this.lastKey = value.text;
    this.state = purpose === 'row' ? 'afterRow' : purpose === 'key' ? 'colon' : 'afterMember';
    return to;
  }

  /** Returns false where the character starts a value that is to be followed from it. */
  private takesWhole(character: string): boolean {
    switch (this.state) {
      case 'start':
        if (character === '[') return this.enter('rowOrEnd');
        this.inObject = true;
        return character === '{' ? this.enter('keyOrEnd') : this.fail(character, words.aList());
      case 'rowOrEnd':
      case 'row':
        if (character === ']' && this.state === 'rowOrEnd') return this.enter(this.inObject ? 'afterMember' : 'end');
        return this.isValueStart(character) ? this.startValue('row') : this.fail(character, words.aRow());
      case 'afterRow':
        if (character === ',') return this.enter('row');
        return character === ']'
          ? this.enter(this.inObject ? 'afterMember' : 'end')
          : this.fail(character, words.commaOrListEnd());
      default:
        return this.takesInObject(character);
    }
  }

  private takesInObject(character: string): boolean {
    switch (this.state) {
      case 'keyOrEnd':
      case 'key':
        if (character === '}' && this.state === 'keyOrEnd') return this.enter('end');
        return character === '"' ? this.startValue('key') : this.fail(character, words.fieldName());
      case 'colon':
        return character === ':' ? this.enter('memberValue') : this.fail(character, words.colon());
      case 'memberValue':
        if (character === '[') return this.enter('listStart');
        return this.isValueStart(character) ? this.startValue('skip') : this.fail(character, words.value());
      case 'listStart':
        return this.takesListStart(character);
      case 'afterMember':
        if (character === ',') return this.enter('key');
        return character === '}' ? this.enter('end') : this.fail(character, words.commaOrObjectEnd());
      default:
        return this.fail(character, words.fileEnd());
    }
  }

  private takesListStart(character: string): boolean {
    if (character !== '{') {
      this.follower = { purpose: 'skip', line: this.line, value: new ValueFollower(false, 1) };
      return false;
    }
    if (this.rowsKey !== undefined) throw this.error(words.twoLists({ first: this.rowsKey, second: this.lastKey }));
    this.rowsKey = this.lastKey;
    return this.startValue('row');
  }

  private isValueStart(character: string): boolean {
    return !',:]}'.includes(character);
  }

  private startValue(purpose: Purpose): false {
    this.follower = { purpose, line: this.line, value: new ValueFollower(purpose !== 'skip', 0) };
    return false;
  }

  private enter(state: State): true {
    this.state = state;
    return true;
  }

  private fail(found: string, expected: Said): never {
    throw this.error(words.unexpected({ found: JSON.stringify(found), expected }));
  }

  private error(what: Said): GraftError {
    const { file, line } = this;
    return new GraftError('invalid', words.at({ file, line, what }), { file, line, remedy: words.oneList() });
  }
}

/** Follows one JSON value to its end, over pieces. `depth` is the number of brackets already open. */
class ValueFollower {
  complete = false;
  length = 0;
  private readonly keeps: boolean;
  private kept = '';
  private depth: number;
  private inString = false;
  private escaped = false;
  private lineEnds = 0;
  private scalar = false;

  constructor(keeps: boolean, depth: number) {
    this.keeps = keeps;
    this.depth = depth;
  }

  get text(): string {
    return this.kept;
  }

  takeLineEnds(): number {
    const count = this.lineEnds;
    this.lineEnds = 0;
    return count;
  }

  /** Returns where the value ends in the piece (exclusive), or the piece's length. */
  take(piece: string, from: number): number {
    let at = from;
    while (at < piece.length && !this.complete) at += this.step(piece.charCodeAt(at)) ? 1 : 0;
    this.length += at - from;
    if (this.keeps) this.kept += piece.slice(from, at);
    return at;
  }

  /** Returns false for a character behind the value. */
  private step(code: number): boolean {
    if (code === 0x0a) this.lineEnds++;
    if (this.inString) return this.stepInString(code);
    if (code === 0x22 && !this.scalar) this.inString = true;
    else if (code === 0x5b || code === 0x7b) this.depth++;
    else if (this.depth > 0) this.stepInBrackets(code);
    else return this.stepInScalar(code);
    return true;
  }

  private stepInString(code: number): boolean {
    if (this.escaped) this.escaped = false;
    else if (code === 0x5c) this.escaped = true;
    else if (code === 0x22) {
      this.inString = false;
      this.complete = this.depth === 0;
    }
    return true;
  }

  private stepInBrackets(code: number): void {
    if (code !== 0x5d && code !== 0x7d) return;
    this.depth--;
    this.complete = this.depth === 0;
  }

  /** Numbers, true, false, null (and anything else, which JSON.parse will refuse) end before , ] } or white space. */
  private stepInScalar(code: number): boolean {
    const ends =
      code === 0x2c ||
      code === 0x5d ||
      code === 0x7d ||
      code === 0x20 ||
      code === 0x09 ||
      code === 0x0a ||
      code === 0x0d;
    if (ends && code === 0x0a) this.lineEnds--;
    this.complete = ends;
    this.scalar = true;
    return !ends;
  }
}
