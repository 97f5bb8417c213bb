/**
 * A window opened anew with an empty cache: when anything is painted, when the navigation stands, when the data of the
 * screen does.
 */
import type { Browser, BrowserContext } from 'playwright-core';
import { rounded, type Spread, spreadOf } from './figures.ts';

export interface FirstPaint {
  readonly firstContentfulPaint: Spread;
  readonly navigation: Spread;
  readonly data: Spread;
}

interface Marks {
  readonly navigation: number;
  readonly data: number;
}

export async function measureFirstPaint(
  browser: Browser,
  letIn: BrowserContext,
  { address, data, rounds }: { readonly address: string; readonly data: string; readonly rounds: number },
): Promise<FirstPaint> {
  const storageState = await letIn.storageState();
  const taken: (Marks & { readonly paint: number })[] = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.addInitScript(markSights, { navigation: 'nav a[aria-current="page"]', data });
    await page.goto(address);
    const marks = await page.waitForFunction(() => {
      const found = (window as unknown as { readonly marks?: Partial<Marks> }).marks;
      // NaN: seen, and not painted yet.
      return Number.isFinite(found?.navigation) && Number.isFinite(found?.data) ? found : undefined;
    });
    const paint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    );
    taken.push({ ...((await marks.jsonValue()) as Marks), paint: rounded(paint) });
    await context.close();
  }
  return {
    firstContentfulPaint: spreadOf(taken.map(({ paint }) => paint)),
    navigation: spreadOf(taken.map(({ navigation }) => navigation)),
    data: spreadOf(taken.map((marks) => marks.data)),
  };
}

/** Runs in the page before anything of it: notes when each sight was painted, since the navigation began. */
function markSights(sights: Readonly<Record<string, string>>): void {
  const marks: Record<string, number> = {};
  Object.assign(window, { marks });
  const look = (): void => {
    const open = Object.entries(sights).filter(([name]) => !(name in marks));
    for (const [name, selector] of open) {
      if (document.querySelector(selector) === null) continue;
      marks[name] = NaN;
      requestAnimationFrame(() => setTimeout(() => (marks[name] = performance.now())));
    }
    if (open.length > 0) requestAnimationFrame(look);
  };
  look();
}
