/**
 * What `main/methods/<id>/tensors.ts` exports as `tensors`: how a method's numbers begin, what they do, and what its
 * folders have that the tables of options and tensors do not say. The rest follows from those: adapterByTable.ts.
 */
import type { LinearShape } from '../../contract/families/family.ts';
import type { PeftFolder, PeftTensor } from '../../formats/peftFolder.ts';
import type { AdapterWeights, HostTensor, InitContext, MethodArithmetic, TrainedTensor } from './adapterMethod.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';
import type { PeftReader, RefusedField } from './PeftReader.ts';

export interface FolderFields {
  /** Fields of PEFT's configuration that mean something this build cannot do. */
  readonly refused: Readonly<Record<string, RefusedField>>;
  /** Further fields that change nothing here. */
  readonly ignored: readonly string[];
  /** Fields that PEFT writes beside options and what is common to all methods, with their values. */
  readonly written: Readonly<Record<string, unknown>>;
  /** Fields common to other methods that PEFT's configuration of this one does not know. */
  readonly absent?: readonly string[];
}

/** Of Graft's own folders, which PEFT does not know; `written`: beside options and what is adapted. */
export function ownFields(written: Readonly<Record<string, unknown>>): FolderFields {
  return {
    refused: { graft_format: { what: engineAdapterWords.newerFolder(), harmless: [ownFormat] } },
    ignored: Object.keys(written),
    written: { graft_format: ownFormat, ...written },
  };
}

const ownFormat = 1;

/** Something that is read for these options on these layers. */
export interface ReadFor<Options extends object> {
  readonly folder: PeftFolder;
  readonly options: Options;
  readonly targets: readonly LinearShape[];
}

export interface Restored {
  readonly trained?: Readonly<Record<string, TrainedTensor>>;
  /** Absent where the file leaves them out. */
  readonly frozen?: Readonly<Record<string, HostTensor>>;
}

export interface MethodTensors<Options extends object = object> extends Omit<MethodArithmetic<Options>, 'toLora'> {
  /** See MethodArithmetic; absent where `capabilities.plainLora` is `none`. */
  readonly toLora?: MethodArithmetic<Options>['toLora'];
  /** The first values of every tensor of the table, by name, drawn in the table's order. */
  init(
    context: InitContext<Options>,
  ): Readonly<Record<string, HostTensor>> | Promise<Readonly<Record<string, HostTensor>>>;
  /** See AdapterMethod; absent where frozen tensors are uploaded as they are. */
  frozenUploads?(weights: AdapterWeights<Options>): Readonly<Record<string, HostTensor>>;
  readonly fields?: FolderFields;
  /** Reports stored options that do not hold, whatever the targets; absent where the spec's `check` says it all. */
  check?(reader: PeftReader, given: ReadFor<Options>): void;
  /** Whether a reader may take `initial` for a tensor that the file lacks; absent: it may. */
  startsAtInitial?(folder: PeftFolder): boolean;
  /** Whether layers add nothing that the configuration names (`named`) and the file has nothing for; absent: no. */
  isHarmless?(given: ReadFor<Options>, named: readonly LinearShape[]): boolean;
  /** Reads trained tensors that the table does not call `whole`, and all frozen ones; absent where all are `whole`. */
  restore?(reader: PeftReader, given: ReadFor<Options>): Restored;
  /** Frozen tensors that the file leaves out. */
  draw?(options: Options, targets: readonly LinearShape[]): Readonly<Record<string, HostTensor>>;
  /** Tensors of the file, by key, in the place of those that the table stores neither `whole` nor not at all. */
  store?(weights: AdapterWeights<Options>): Iterable<readonly [string, PeftTensor]>;
  /** Whether training can go on from it; absent: it can. */
  isTrainable?(weights: Pick<AdapterWeights<Options>, 'options' | 'targets'>): boolean;
}
