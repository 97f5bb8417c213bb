/**
 * How a program other than PEFT lays an adapter out beside an `adapter_config.json`. It is turned into a PEFT folder
 * when it is imported, so that nothing behind the import knows of it.
 */
import type { PeftFolder, PeftTensor } from '../peftFolder.ts';

export interface ForeignAdapter {
  /** For messages. */
  readonly configFile: string;
  readonly weightsFile: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, PeftTensor>;
}

export interface AdapterLayout {
  /** The program that writes it, as people know it. */
  readonly tool: string;
  /** The file of its weights, which is how it is told. */
  readonly weightsName: string;
  /** The same adapter as PEFT would have saved it. Throws GraftError with everything that has no such form. */
  toPeft(adapter: ForeignAdapter): Pick<PeftFolder, 'config' | 'tensors'>;
}
