/** Which of the special names a macro reads without having them: that decides what it may be called with. */
import type { Statement } from './ast.ts';

export type SpecialName = 'caller' | 'kwargs' | 'varargs';

/** In the order of the tree, as Jinja looks: a name that is assigned to first is no special one. */
export function specialNamesIn(body: readonly Statement[]): ReadonlySet<SpecialName> {
  const open = new Set<string>(['caller', 'kwargs', 'varargs']);
  const found = new Set<SpecialName>();
  visit(body, (name, isRead) => {
    if (!open.has(name)) return;
    if (isRead) found.add(name as SpecialName);
    else open.delete(name);
  });
  return found;
}

function visit(node: unknown, onName: (name: string, isRead: boolean) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('kind' in node && node.kind === 'name' && 'name' in node && 'use' in node)
    onName(String(node.name), node.use === 'load');
  else for (const child of Object.values(node)) visit(child, onName);
}
