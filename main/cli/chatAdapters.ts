/**
 * The adapters of `chat`: each at a scale, and the same one perhaps at several. `NAME`, `NAME:0.5`; `none` is the base.
 */
import { GraftError } from '../contract/errors.ts';
import { readNumber } from '../contract/numberText.ts';
import type { Adapter } from '../contract/entities.ts';
import { chatCommandWords } from '../contract/words/chatCommand.ts';

export interface ChatAdapter {
  readonly id: string;
  readonly name: string;
  readonly scale: number;
}

interface Library {
  get(idOrName: string): Pick<Adapter, 'id' | 'name'>;
}

/** A name may hold a colon itself. `scale` undefined: none was written. Throws GraftError. */
export function parseChatAdapter(
  text: string,
  library: Library,
): { readonly id: string; readonly name: string; readonly scale: number | undefined } | null {
  if (text === 'none') return null;
  const [, beforeColon, scaleText] = /^(.+):([-+.\de０-９．－＋]+)$/.exec(text) ?? [];
  if (beforeColon === undefined || scaleText === undefined) return { ...named(library.get(text)), scale: undefined };
  const scale = readNumber(scaleText);
  if (typeof scale !== 'number')
    throw new GraftError('usage', chatCommandWords.badAdapter({ text }), { field: '--adapter' });
  return { ...named(library.get(beforeColon)), scale };
}

function named({ id, name }: Pick<Adapter, 'id' | 'name'>): Pick<ChatAdapter, 'id' | 'name'> {
  return { id, name };
}

/** Each adapter at each scale once. */
export function withoutDoubles(adapters: readonly ChatAdapter[]): readonly ChatAdapter[] {
  return adapters.filter((adapter, index) => adapters.findIndex((other) => isSame(adapter, other)) === index);
}

export function isSame(one: ChatAdapter, other: ChatAdapter): boolean {
  return one.id === other.id && one.scale === other.scale;
}

/** `name`, or `name:0.5`. */
export function shownAdapter({ name, scale }: ChatAdapter): string {
  return scale === 1 ? name : `${name}:${scale}`;
}
