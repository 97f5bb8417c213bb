/** What a method trains, as the drawing in the chooser: plain data in a field of 168 by 72. */
import type { TensorSpec } from './tensorSpec.ts';

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

/** Where a drawing of tensors stands, and the most that is drawn. */
const field = { from: 80, to: 166, gap: 4, most: 6 };
const thin = 5;

/**
 * The drawing of a method that brings none: the tensors of one module and those that modules share, in the order of the
 * table, each as it is tall, wide or a vector. `tensors` are those of a few alike modules.
 */
export function pictureOf(tensors: readonly TensorSpec[]): Picture {
  const isWhole = tensors.some(({ scope, shape }) => scope === 'base' && shape.length > 1);
  if (isWhole) return { base: 'trained', added: [] };
  const module = tensors.find(({ scope }) => scope !== 'shared')?.module;
  const drawn = tensors.filter((each) => each.scope === 'shared' || each.module === module).slice(0, field.most);
  const widths = drawn.map(widthOf);
  const room = field.to - field.from - field.gap * (drawn.length - 1);
  const scale = Math.min(1, room / widths.reduce((sum, width) => sum + width, 0));
  let x = field.from;
  const added = drawn.map((tensor, index): PictureBlock => {
    const size = { x, width: widths[index] * scale };
    x += size.width + field.gap;
    return (isWide(tensor) ? row : column)(size, { role: roleOf(tensor) });
  });
  return { base: 'frozen', added };
}

function roleOf({ role, scope }: TensorSpec): PictureBlock['role'] {
  if (role === 'trained') return 'trained';
  return scope === 'shared' ? 'shared' : 'frozen';
}

function isWide({ shape: [rows, columns = 1] }: TensorSpec): boolean {
  return columns >= rows;
}

function widthOf(tensor: TensorSpec): number {
  const [rows, columns = 1] = tensor.shape;
  if (columns === 1) return thin;
  if (rows === columns) return 16;
  return isWide(tensor) ? 46 : 16;
}
