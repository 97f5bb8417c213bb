/** What a template can end with besides text. Messages are for the person who uses the template; lines count from 1. */

/** A construct that cannot be parsed, evaluated or exactly reproduced. */
export class TemplateFailure extends Error {
  /** Where it was met; set by whoever knows first. */
  line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }

  /** `line 3: message` */
  get described(): string {
    return this.line === undefined ? this.message : `line ${this.line}: ${this.message}`;
  }
}

/** The template's own raise_exception. */
export class TemplateRefusal extends Error {}
