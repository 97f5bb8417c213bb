/** `'{} of {name}'.format(…)`: Python's way with braces, through the sandbox's rules for attributes. */
import { TemplateFailure } from './errors.ts';
import { formatNumber } from './formatNumber.ts';
import { firstCharacters, lengthOf, repr, textOf } from './text.ts';
import { type Arguments, numberOf, PythonObject, typeNameOf, type Value } from './values.ts';

const replacement = /\{\{|\}\}|\{([^{}!:]*(?:\[[^\]]*\][^{}!:]*)*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

/** How `{x.name}` and `{x[key]}` find their way. */
export interface Access {
  readonly attribute: (of: Value, name: string) => Value;
  readonly item: (of: Value, key: Value) => Value;
}

/** Throws where a value is missing or a format is not supported. */
export function braceFormat(text: string, args: Arguments, access: Access): string {
  let automatic = 0;
  const valueOf = (field: string): Value => {
    const [, first = '', path = ''] = /^([^.[]*)(.*)$/s.exec(field) ?? [];
    return follow(argument(args, first === '' ? String(automatic++) : first), path, access);
  };
  const fill = (pattern: string): string =>
    pattern.replace(
      replacement,
      (whole: string, field: string | undefined, conversion: string | undefined, spec: string | undefined) => {
        if (whole === '{{' || whole === '}}') return whole[0];
        if (field === undefined) throw new TemplateFailure(`a single '${whole}' in a text for format()`);
        const value = valueOf(field);
        const converted = conversion === undefined ? value : conversion === 's' ? textOf(value) : repr(value);
        return formatted(converted, fill(spec ?? ''));
      },
    );
  return fill(text);
}

function argument({ positional, keyword }: Arguments, name: string): Value {
  const value = /^\d+$/.test(name) ? positional[Number(name)] : keyword.get(name);
  if (value === undefined) throw new TemplateFailure(`format() was given nothing for {${name}}`);
  return value;
}

function follow(value: Value, path: string, access: Access): Value {
  let found = value;
  for (const [, name, key] of path.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) found = access.attribute(found, name);
    else found = access.item(found, /^\d+$/.test(key) ? BigInt(key) : key);
  }
  return found;
}

const specification = /^(?:([^]?)([<>=^]))?([-+ ]?)(#?)(0?)(\d*)([,_]?)(?:\.(\d+))?([a-zA-Z%]?)$/u;

function formatted(value: Value, spec: string): string {
  if (spec === '') return textOf(value);
  const found = specification.exec(spec);
  if (found === null) throw new TemplateFailure(`the format '${spec}' is not supported`);
  const [, fill, align, sign, alternate, zero, width, grouping, precision, kind] = found;
  const style = {
    kind,
    sign,
    alternate: alternate !== '',
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
  };
  const number = typeof value === 'boolean' && kind === '' ? undefined : numberOf(value);
  const layout = {
    fill: fill || (zero === '' ? ' ' : '0'),
    align: align ?? (zero === '' ? '' : '='),
    width: Number(width),
  };
  if (number === undefined) return formattedText(value, style, layout);
  if (grouping !== '' && zero !== '') throw new TemplateFailure(`the format '${spec}' is not supported`);
  const { sign: mark, prefix, digits } = formatNumber(number, style);
  if ((layout.align || '>') !== '=') return aligned(mark + prefix + digits, { ...layout, align: layout.align || '>' });
  return mark + prefix + aligned(digits, { ...layout, align: '>', width: layout.width - (mark + prefix).length });
}

interface Layout {
  readonly fill: string;
  readonly align: string;
  readonly width: number;
}

function formattedText(
  value: Value,
  style: { readonly kind: string; readonly sign: string; readonly precision: number | undefined },
  layout: Layout,
) {
  if (Array.isArray(value) || value instanceof PythonObject || value === null) {
    throw new TemplateFailure(`a format for '${typeNameOf(value)}' is not supported`);
  }
  if (!['', 's'].includes(style.kind) || style.sign !== '' || layout.align === '=') {
    throw new TemplateFailure(`this format is not supported for '${typeNameOf(value)}'`);
  }
  const text = textOf(value);
  return aligned(style.precision === undefined ? text : firstCharacters(text, style.precision), {
    ...layout,
    align: layout.align || '<',
  });
}

function aligned(text: string, { fill, align, width }: Layout): string {
  const missing = Math.max(0, width - lengthOf(text));
  if (align === '<') return text + fill.repeat(missing);
  if (align === '>') return fill.repeat(missing) + text;
  const left = Math.floor(missing / 2);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}
