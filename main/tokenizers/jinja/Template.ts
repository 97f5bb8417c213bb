/**
 * Jinja as transformers has it for chat templates: jinja2's immutable sandbox with trim_blocks, lstrip_blocks, loop
 * controls and the tag `generation`. Whatever a template does gives the text that Python gives, or a failure that names
 * what is not supported. Surprising: nothing of @huggingface/jinja is used; DECISIONS.md has how often and where it
 * gives another text.
 */
import type { Statement } from './ast.ts';
import { globals } from './globals.ts';
import { parse } from './Parser.ts';
import { findHiddenNames } from './hiddenNames.ts';
import { innerScope, render } from './render.ts';
import { Scope } from './Scope.ts';
import { toValue } from './toValue.ts';
import { refuseUnknownNames } from './unknownNames.ts';

export class Template {
  readonly #statements: readonly Statement[];

  /** Throws TemplateFailure where the text breaks Jinja's rules. */
  constructor(source: string) {
    this.#statements = parse(source);
    refuseUnknownNames(this.#statements);
    findHiddenNames(this.#statements);
  }

  /** `variables`: plain data. Throws TemplateFailure, or TemplateRefusal with the template's own message. */
  render(variables: Readonly<Record<string, unknown>>): string {
    const given = Object.entries(variables).map(([name, value]) => [name, toValue(value)] as const);
    const outer = new Scope(new Scope(undefined, globals), given);
    return render(this.#statements, innerScope(this.#statements, outer));
  }
}
