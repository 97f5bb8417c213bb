/** What of one dataset is shown, as its address. Rows count from 1 there, as people count them; inside from 0. */
export const workbenchTabs = ['rows', 'labels', 'sees', 'lengths', 'errors', 'duplicates'] as const;
export type WorkbenchTab = (typeof workbenchTabs)[number];

export interface WorkbenchAddress {
  readonly tab: WorkbenchTab;
  /** Index of the chosen row. */
  readonly row: number | undefined;
  readonly modelId: string | undefined;
  /** Tokens that rows are cut to, where the person moved the cut. */
  readonly cut: number | undefined;
  readonly search: string;
}

export function readWorkbenchAddress(query: URLSearchParams): WorkbenchAddress {
  const row = readWhole(query.get('row'));
  return {
    tab: workbenchTabs.find((tab) => tab === query.get('tab')) ?? 'rows',
    row: row === undefined ? undefined : row - 1,
    modelId: query.get('model') ?? undefined,
    cut: readWhole(query.get('cut')),
    search: query.get('search') ?? '',
  };
}

/** A whole number from 1 on. */
function readWhole(text: string | null): number | undefined {
  if (text === null || !/^[1-9]\d{0,8}$/.test(text)) return undefined;
  return Number(text);
}
