/**
 * The beginning of every procedure: inputs are always parsed (the renderer is not trusted), outputs are typed alone.
 * Errors cross as ErrorJson (contract/errors.ts) and come out as GraftError on the other side.
 */
import { eventIterator, oc } from '@orpc/contract';
import type { Schema } from '@orpc/contract';
import { z } from 'zod';

export const procedure = oc;

/** An output that the studio makes and nobody has to parse again. */
export const gives = <Output>(): Schema<Output, Output> => ({
  '~standard': { version: 1, vendor: 'graft', validate: (value) => ({ value: value as Output }) },
});

/** A stream of `Item`s. Each stream takes in its input where to go on, so that a reconnected client misses nothing. */
export const streams = <Item>() => eventIterator(gives<Item>());

/** An id, a unique prefix of one, or a unique name. */
export const reference = z.string().min(1).max(500);
export const byId = z.object({ id: reference });
export const pageInput = z.object({ offset: z.int().min(0).default(0), limit: z.int().min(1).max(500).default(100) });

/** A file or folder of this machine: an absolute path, or what was uploaded from a browser. */
export const fileSource = z.union([z.object({ path: z.string().min(1) }), z.object({ uploadId: z.string().min(1) })]);
export type FileSource = z.infer<typeof fileSource>;

/** Where to write: a path (Electron, or typed by a person), or `download`, which a browser then fetches. */
export const fileTarget = z.union([z.object({ path: z.string().min(1) }), z.object({ download: z.literal(true) })]);
export type FileTarget = z.infer<typeof fileTarget>;

/** `downloadId` is set where the target was a download: GET /downloads/<id>. */
export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly downloadId: string | null;
}
