/** `attribute='a.b.0'` of filters: followed key first, as Jinja does there. */
import { itemOf } from '../attributes.ts';
import { TemplateFailure } from '../errors.ts';
import { typeNameOf, Undefined, type Value } from '../values.ts';

export type Getter = (item: Value) => Value;

/** Null: the item itself. `fallback` stands for what is not there. */
export function attributeGetter(attribute: Value, fallback: Value = null): Getter {
  const parts = partsOf(attribute);
  return (item) => {
    let found = item;
    for (const part of parts) {
      found = itemOf(found, part);
      if (fallback !== null && found instanceof Undefined) found = fallback;
    }
    return found;
  };
}

function partsOf(attribute: Value): readonly Value[] {
  if (attribute === null) return [];
  if (typeof attribute === 'bigint') return [attribute];
  if (typeof attribute === 'string')
    return attribute.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
  throw new TemplateFailure(`an attribute must be a text or a number, not '${typeNameOf(attribute)}'`);
}
