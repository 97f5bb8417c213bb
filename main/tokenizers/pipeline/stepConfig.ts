/**
 * One step of a tokenizer.json (a normalizer, a decoder …) as it is read: every field is checked, an error names file
 * and field.
 */
import { GraftError } from '../../contract/errors.ts';
import { isJsonObject, tokenizerError } from '../tokenizerSource.ts';
import type { JsonObject } from '../tokenizerSource.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';
import type { Said } from '../../contract/words/words.ts';

export class StepConfig {
  readonly file: string;
  /** Path inside the file, such as `pre_tokenizer.pretokenizers[1]`. */
  readonly field: string;
  private readonly json: JsonObject;

  constructor(json: unknown, file: string, field: string) {
    if (!isJsonObject(json)) throw tokenizerError(file, field, words.noObject());
    this.json = json;
    this.file = file;
    this.field = field;
  }

  get type(): string {
    return this.text('type');
  }

  value(name: string): unknown {
    return this.json[name];
  }

  text(name: string, fallback?: string): string {
    const value = this.json[name] ?? fallback;
    if (typeof value !== 'string') throw this.invalid(name, words.noText());
    return value;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.json[name] ?? fallback;
    if (typeof value !== 'boolean') throw this.invalid(name, words.noBoolean());
    return value;
  }

  count(name: string, fallback?: number): number {
    const value = this.json[name] ?? fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
      throw this.invalid(name, words.noWholeNumber());
    return value;
  }

  /** A text of exactly one character. */
  character(name: string, fallback?: string): string {
    const value = this.text(name, fallback);
    if (Array.from(value).length !== 1) throw this.invalid(name, words.noCharacter());
    return value;
  }

  steps(name: string): readonly StepConfig[] {
    const value = this.json[name];
    if (!Array.isArray(value)) throw this.invalid(name, words.noList());
    return value.map((inner, index) => new StepConfig(inner, this.file, `${this.field}.${name}[${index}]`));
  }

  inner(name: string): StepConfig {
    return new StepConfig(this.json[name], this.file, `${this.field}.${name}`);
  }

  invalid(name: string, problem: Said): GraftError {
    return tokenizerError(this.file, `${this.field}.${name}`, problem);
  }

  unsupported(what: Said, name = 'type'): GraftError {
    const { file } = this;
    const data = { file, field: `${this.field}.${name}`, remedy: words.otherModel() };
    return new GraftError('unsupported', words.uses({ file, what }), data);
  }
}

/** The step, or null where the file has none. */
export function findStep(json: unknown, file: string, field: string): StepConfig | null {
  return json === null || json === undefined ? null : new StepConfig(json, file, field);
}
