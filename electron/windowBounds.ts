/** Where the window was, kept in a file of the shell's own; a place that no display shows any more is forgotten. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../main/formats/atomicFile.ts';

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  isMaximized: z.boolean(),
});
export type WindowBounds = z.infer<typeof boundsSchema>;

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const firstSize = { width: 1280, height: 840 };
const fewestVisiblePixels = 120;

/** undefined where there are none, or what is there is no bounds. */
export function readBounds(file: string): WindowBounds | undefined {
  try {
    return boundsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined; // the first start, or a file that was cut off: the window opens in its usual place
  }
}

export async function writeBounds(file: string, bounds: WindowBounds): Promise<void> {
  await writeFileAtomic(file, JSON.stringify(bounds));
}

/** Where to open: where it was, else in the middle of the first display, as large as it was where there is room. */
export function placeFor(
  kept: Rectangle | undefined,
  displays: readonly Rectangle[],
): Pick<Rectangle, 'width' | 'height'> & Partial<Rectangle> {
  if (kept !== undefined && isReachable(kept, displays)) {
    const { x, y, width, height } = kept;
    return { x, y, width, height };
  }
  const { width, height } = kept ?? firstSize;
  const [first] = displays;
  return { width: Math.min(width, first?.width ?? width), height: Math.min(height, first?.height ?? height) };
}

/** Whether enough of the window's upper edge lies on one of the displays to take hold of it. */
export function isReachable(bounds: Rectangle, displays: readonly Rectangle[]): boolean {
  return displays.some(({ x, y, width, height }) => {
    const visibleWidth = Math.min(bounds.x + bounds.width, x + width) - Math.max(bounds.x, x);
    const isTopVisible = bounds.y >= y - 8 && bounds.y < y + height - fewestVisiblePixels;
    return visibleWidth >= fewestVisiblePixels && isTopVisible;
  });
}
