/** One question at a time: `ask` gives the chosen answer's id, or undefined when the person turned away. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** On the button that changes nothing, where `Cancel` would be misread. */
  readonly turnAway?: string;
  readonly answers: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind?: 'go' | 'plain' | 'danger';
  }[];
}

export class Confirmations {
  question: Question | undefined = $state.raw();
  #resolve: ((id: string | undefined) => void) | undefined;

  ask(question: Question): Promise<string | undefined> {
    this.answer(undefined);
    this.question = question;
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  answer(id: string | undefined): void {
    this.#resolve?.(id);
    this.#resolve = undefined;
    this.question = undefined;
  }
}
