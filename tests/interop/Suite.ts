/**
 * What a suite of `npm run interop` is: checks against the programs that it brings, each of which becomes a row of its
 * table.
 */

export interface Verdict {
  readonly passed: boolean;
  /** The right-hand cells of the row. */
  readonly figures: readonly string[];
}

export interface Check {
  /** The left-hand cells of the row; joined, what `--match` looks at and `--list` shows. */
  readonly subject: readonly string[];
  /** Throws what could not be done: then the check has failed with that message. */
  readonly run: () => Promise<Verdict>;
}

export interface OpenSuite {
  readonly checks: readonly Check[];
  /** Ends the programs, removes what lies in temporary folders. */
  readonly close: () => void;
}

export interface Suite {
  /** As `--only` has it. */
  readonly name: string;
  /** One line of `--help`. */
  readonly about: string;
  /** The heads of the table: of the subject's cells, then of the figures'. */
  readonly columns: readonly string[];
  /** Makes what it needs, once, in the cache; `say` is told what takes long. */
  readonly open: (say: (line: string) => void) => Promise<OpenSuite>;
}
