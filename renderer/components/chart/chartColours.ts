/**
 * The tokens' colours as a canvas can take them. A custom property with light-dark() has no value of its own: only an
 * element that uses it does, so a probe is asked, again whenever the theme changes.
 */
export const curveColours = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'] as const;
export type CurveColour = (typeof curveColours)[number];

export const chartTokens = [...curveColours, 'ink-3', 'line', 'panel'] as const;
export type ChartToken = (typeof chartTokens)[number];
export type ChartColours = Readonly<Record<ChartToken, string>>;

export function readColours(within: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  within.append(probe);
  const read = (token: ChartToken): [ChartToken, string] => {
    probe.style.color = `var(--${token})`;
    return [token, getComputedStyle(probe).color];
  };
  const colours = Object.fromEntries(chartTokens.map(read)) as Record<ChartToken, string>;
  probe.remove();
  return colours;
}

/** Calls `onChange` when the system or the person chose another theme; returns how to stop. */
export function watchTheme(onChange: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = new MutationObserver(onChange);
  system.addEventListener('change', onChange);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', onChange);
    chosen.disconnect();
  };
}

/** The colour of the `index`th of several runs: after the seventh they come again. */
export function colourOf(index: number): CurveColour {
  return curveColours[index % curveColours.length] ?? 'c1';
}
