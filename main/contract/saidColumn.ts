/** A sentence as it is kept: with its words, or the English alone of before there were words. */
import { z } from 'zod';
import { type Said, isSaid } from './words/words.ts';

export const saidColumn: z.ZodType<string | Said> = z.union([z.string(), z.custom<Said>(isSaid)]);
