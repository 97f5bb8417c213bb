/**
 * Sets formulas with KaTeX, which is loaded with its fonts when the first one is shown. It builds elements and no HTML
 * text; nothing in a formula can fetch, link or run, and its work is bounded.
 */
import type katex from 'katex';

type Katex = typeof katex;

let loaded: Katex | undefined;
let loading: Promise<Katex> | undefined;

/** Longer ones are shown as they are written: they would hold the window. */
const longestCharacters = 8000;

/** Undefined until `loadTypesetter` has ended once. */
export function typesetter(): Katex | undefined {
  return loaded;
}

/** Rejects when a part of it cannot be loaded. */
export async function loadTypesetter(): Promise<void> {
  loading ??= Promise.all([import('katex'), import('katex/dist/katex.min.css')]).then(([{ default: found }]) => found);
  try {
    loaded = await loading;
  } catch (error) {
    loading = undefined; // the next formula tries again
    throw error;
  }
}

/** Why it cannot be set; undefined when it stands in `target`. */
export function setFormula(
  katex: Katex,
  target: HTMLElement,
  { tex, isDisplay }: { tex: string; isDisplay: boolean },
): string | undefined {
  if (tex.length > longestCharacters) return '';
  try {
    katex.render(tex, target, {
      ...{ displayMode: isDisplay, throwOnError: true, output: 'htmlAndMathml', strict: 'ignore' },
      ...{ trust: false, maxSize: 40, maxExpand: 500 },
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
