/**
 * Which column plays which role, as a person chooses it in the headers. The whole mapping is given to the studio, with
 * an empty column for a role that is left out; otherwise the studio would find it by its name again.
 */
import type { DatasetPreview } from '../../../main/contract/workbench.ts';

/** Role to column; an empty column leaves the role out. */
export type Columns = Readonly<Record<string, string>>;

type Preview = Pick<DatasetPreview, 'columns' | 'roles'>;

/** As the preview shows it now. */
export function mappingOf({ columns, roles }: Preview): Columns {
  return Object.fromEntries(
    roles.map(({ role }) => [role, columns.find((column) => column.role === role)?.name ?? '']),
  );
}

/** The column takes the role, from another column if need be; null takes the role that it has away. */
export function assignRole(mapping: Columns, column: string, role: string | null): Columns {
  const cleared = Object.fromEntries(
    Object.entries(mapping).map(([each, taken]) => [each, taken === column ? '' : taken]),
  );
  return role === null ? cleared : { ...cleared, [role]: column };
}

/** Roles that must be given and are not. */
export function missingRoles({ roles }: Preview, mapping: Columns): readonly string[] {
  return roles.filter(({ role, required }) => required && (mapping[role] ?? '') === '').map(({ role }) => role);
}

export function roleOf(mapping: Columns, column: string): string | null {
  return Object.entries(mapping).find(([, taken]) => taken === column)?.[0] ?? null;
}
