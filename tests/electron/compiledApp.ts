/** The compiled app in a folder of its own, laid out as it is packed, with a page in place of the screens. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../../main/bootstrap/build.mjs';
import { writeRenderer } from '../hosts/browserHost/hostFixture.ts';

const root = join(import.meta.dirname, '..', '..');

/** Compiles what has changed; returns the entry. */
export async function compileApp(dir: string): Promise<string> {
  await buildApp(root, process.execPath);
  mkdirSync(join(dir, 'dist'), { recursive: true });
  cpSync(join(root, 'dist', 'app'), join(dir, 'dist', 'app'), { recursive: true });
  for (const name of ['node_modules', 'resources']) symlinkSync(join(root, name), join(dir, name), 'junction');
  writeRenderer(join(dir, 'dist', 'renderer'));
  return join(dir, 'dist', 'app', 'electron', 'main.js');
}
