/** What every endpoint is: one file, one line in registry.ts. */
import type { Call } from '../Call.ts';

export interface Endpoint {
  readonly method: 'GET' | 'POST';
  /** The last part may be `:name`: then the rest of the path, decoded, is the parameter. */
  readonly path: string;
  /** Answers without the key. */
  readonly isOpen?: true;
  handle(call: Call, parameter: string): Promise<void> | void;
}
