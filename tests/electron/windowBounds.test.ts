import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { placeFor, readBounds, writeBounds } from '../../electron/windowBounds.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const laptop = { x: 0, y: 25, width: 1366, height: 743 };
const besideIt = { x: 1366, y: 0, width: 2560, height: 1440 };

describe('the window opens', () => {
  it('where it was, on whichever display', () => {
    const kept = { x: 1500, y: 40, width: 1400, height: 1000 };
    expect(placeFor(kept, [laptop, besideIt])).toEqual(kept);
  });

  it('in view when its display is gone, no larger than the one that is there', () => {
    expect(placeFor({ x: 1500, y: 40, width: 2000, height: 1200 }, [laptop])).toEqual({ width: 1366, height: 743 });
    expect(placeFor(undefined, [besideIt])).toEqual({ width: 1280, height: 840 });
    expect(placeFor(undefined, [laptop])).toEqual({ width: 1280, height: 743 });
  });

  it('so that its upper edge can be taken hold of, wherever it was', () => {
    const whole = (min: number, max: number) => fc.integer({ min, max });
    const kept = fc.record({
      x: whole(-9e3, 9e3),
      y: whole(-9e3, 9e3),
      width: whole(400, 5e3),
      height: whole(300, 5e3),
    });
    fc.assert(
      fc.property(kept, (bounds) => {
        const { x, y, width } = placeFor(bounds, [laptop, besideIt]);
        if (x === undefined || y === undefined) return;
        const isOn = [laptop, besideIt].some(
          (d) => x + width > d.x + 100 && x < d.x + d.width - 100 && y >= d.y - 8 && y < d.y + d.height,
        );
        expect(isOn).toBe(true);
      }),
    );
  });
});

describe('the place of the window', () => {
  it('is read as it was written', async () => {
    const file = join(temporaryDir(), 'window.json');
    const bounds = { x: -5, y: 7, width: 1000, height: 700, isMaximized: true };
    await writeBounds(file, bounds);
    expect(readBounds(file)).toEqual(bounds);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"x":0}',
    '{"x":0.5,"y":0,"width":900,"height":600,"isMaximized":false}',
    '{"x":0,"y":0,"width":1}',
  ])('is forgotten where the file says %j (an app that no longer starts)', (text) => {
    const file = join(temporaryDir(), 'window.json');
    writeFileSync(file, text);
    expect(readBounds(file)).toBeUndefined();
  });
});
