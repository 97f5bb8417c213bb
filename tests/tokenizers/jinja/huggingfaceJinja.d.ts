/** The part of @huggingface/jinja that is used here: its own types do not pass our strictness. */
declare module '@huggingface/jinja' {
  export class Template {
    constructor(template: string);
    render(variables: Readonly<Record<string, unknown>>): string;
  }
}
