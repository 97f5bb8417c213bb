/** Where the window was, kept in a file of the shell's own; a place that no display shows any more is forgotten. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../main/formats/atomicFile.ts';

const boundsSchema = z.object({ x: z.int(), y: z.int(), width: z.int().min(400), height: z.int().min(300), isMaximized: z.boolean() });
export type WindowBounds = z.infer<typeof boundsSchema>;

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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

/** Whether enough of the window's upper edge lies on one of the displays to take hold of it. */
export function isReachable(bounds: Rectangle, displays: readonly Rectangle[]): boolean {
  return displays.some(({ x, y, width, height }) => {
    const visibleWidth = Math.min(bounds.x + bounds.width, x + width) - Math.max(bounds.x, x);
    const isTopVisible = bounds.y >= y - 8 && bounds.y < y + height - fewestVisiblePixels;
    return visibleWidth >= fewestVisiblePixels && isTopVisible;
  });
}
