/**
 * The part of @huggingface/jinja that is used here, for the same reason as huggingfaceTokenizers.d.ts.
 */
declare module '@huggingface/jinja' {
  interface Token {
    readonly value: string;
  }

  export interface Program {
    readonly body: readonly object[];
  }

  export class Environment {
    /** Plain values and functions become the template's. Throws where the name is taken. */
    set(name: string, value: unknown): void;
  }

  export class Interpreter {
    constructor(environment: Environment);
    run(program: Program): { readonly value: unknown };
  }

  export function tokenize(template: string, options: { lstrip_blocks: boolean; trim_blocks: boolean }): Token[];
  export function parse(tokens: Token[]): Program;
}
