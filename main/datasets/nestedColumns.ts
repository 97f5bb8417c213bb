/** Fields inside the objects of a JSON row as columns of their own, with dots between the names: `translation.en`. */
import { isRecord } from '../formats/text/rows.ts';

type Row = Readonly<Record<string, unknown>>;

const deepest = 3;

/** The value of a column; one that has the whole name itself comes before the field inside an object. */
export function valueAt(row: Row, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column];
  for (let dot = column.indexOf('.'); dot > 0; dot = column.indexOf('.', dot + 1)) {
    const inner = Object.hasOwn(row, column.slice(0, dot)) ? row[column.slice(0, dot)] : undefined;
    if (!isRecord(inner)) continue;
    const value = valueAt(inner, column.slice(dot + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Names of a row's columns, with the fields of an object in its place; lists stay whole. */
export function nestedColumnsOf(row: Row, depth = 1): readonly string[] {
  return Object.entries(row).flatMap(([name, value]) =>
    depth < deepest && isRecord(value) && Object.keys(value).length > 0
      ? nestedColumnsOf(value, depth + 1).map((inner) => `${name}.${inner}`)
      : [name],
  );
}
