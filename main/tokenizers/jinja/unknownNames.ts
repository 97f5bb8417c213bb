/**
 * Filters and tests that do not exist. Jinja refuses the whole template for them, unless they stand in an `if`, where
 * they count only once they are reached.
 */
import type { Statement } from './ast.ts';
import { findFilter } from './filters/filters.ts';
import { TemplateFailure } from './errors.ts';
import { findTest } from './tests.ts';

/** Throws TemplateFailure with the line of the first one. */
export function refuseUnknownNames(template: readonly Statement[]): void {
  look(template, false);
}

/** What has a scope of its own is no longer in the `if` around it. */
const ownScopes = new Set(['for', 'macro', 'call block', 'with', 'set block', 'filter block', 'generation']);

/** `isSoft`: an `if` decides whether it is reached. */
function look(node: unknown, isSoft: boolean): void {
  if (Array.isArray(node)) for (const item of node) look(item, isSoft);
  else if (typeof node === 'object' && node !== null) lookAt(node as Readonly<Record<string, unknown>>, isSoft);
}

function lookAt(node: Readonly<Record<string, unknown>>, isSoft: boolean): void {
  if (!isSoft && (node.kind === 'filter' || node.kind === 'test'))
    checkName(node.kind, String(node.name), Number(node.line));
  const softInside = isSoft || node.kind === 'if' || node.kind === 'choice';
  for (const [part, child] of Object.entries(node)) {
    const isInner = ownScopes.has(String(node.kind)) && !['iterable', 'call', 'values'].includes(part);
    look(child, softInside && !isInner);
  }
}

function checkName(kind: 'filter' | 'test', name: string, line: number): void {
  try {
    if (kind === 'filter') findFilter(name);
    else findTest(name);
  } catch (error) {
    throw new TemplateFailure(error instanceof Error ? error.message : String(error), line);
  }
}
