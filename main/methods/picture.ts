/** What a method trains, as the drawing in the chooser: plain data in a field of 168 by 72. */

export interface Picture {
  /** The weight W of a layer, on the left: kept as it is, or learned itself. */
  readonly base: 'frozen' | 'trained';
  /** What is added to it, right of a plus sign: x from 80 to 166, y from 4 to 68. */
  readonly added: readonly PictureBlock[];
  /** From a point of one block to a point of another that is made of it. */
  readonly threads?: readonly PictureThread[];
}

export interface PictureBlock {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `shared`: fixed, and the same for all layers. */
  readonly role: 'trained' | 'frozen' | 'shared';
  readonly letter?: string;
  /** Below 1: there, but not in use. */
  readonly opacity?: number;
}

export interface PictureThread {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

type Size = Pick<PictureBlock, 'x' | 'width'>;
type Look = Pick<PictureBlock, 'role' | 'letter' | 'opacity'>;

/** As high as W: a factor (out, r), or a vector (out) where it is narrow. */
export function column(size: Size, look: Look): PictureBlock {
  return { ...size, y: 10, height: 52, ...look };
}

/** As high as the rank: a factor (r, in), or a vector (r) where it is narrow. */
export function row(size: Size, look: Look): PictureBlock {
  return { ...size, y: 28, height: 16, ...look };
}
