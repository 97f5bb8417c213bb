/**
 * Chat templates of our own with the constructs of the families that people use: what is done with the system message,
 * with thoughts of earlier turns, with tools and with the end of an answer is what their names say.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'templates');

/** By name: the file's, without its ending. */
export const templates: ReadonlyMap<string, string> = new Map(
  readdirSync(folder).map((file) => [file.replace('.jinja', ''), readFileSync(join(folder, file), 'utf8')] as const),
);
