/**
 * What of the built renderer is loaded at once, and what each screen adds: its chunks and those they import, raw and
 * gzipped.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Weight {
  readonly rawBytes: number;
  readonly gzipBytes: number;
}

export interface BundleWeights {
  readonly initial: Weight;
  readonly screens: Readonly<Record<string, Weight>>;
  readonly all: Weight;
}

export function weighBundle(rendererDir: string): BundleWeights {
  const assets = join(rendererDir, 'assets');
  const names = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name));
  const texts = new Map(names.map((name) => [name, readFileSync(join(assets, name), 'utf8')]));
  const page = readFileSync(join(rendererDir, 'index.html'), 'utf8');
  const entries = [...page.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(([, name = '']) => name);
  const initial = closureOf(entries, texts);
  const screens = names.filter((name) => /Screen-[\w-]+\.js$/.test(name));
  const weigh = (chosen: Iterable<string>): Weight => weightOf([...chosen].map((name) => texts.get(name) ?? ''));
  return {
    initial: weigh(initial),
    screens: Object.fromEntries(
      screens.map((name) => {
        const styles = names.filter((other) => other.endsWith('.css') && other.startsWith(`${screenName(name)}-`));
        return [screenName(name), weigh([...closureOf([name, ...styles], texts)].filter((each) => !initial.has(each)))];
      }),
    ),
    all: weigh(names),
  };
}

/** The names with everything that they import statically. */
function closureOf(names: readonly string[], texts: ReadonlyMap<string, string>): Set<string> {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const text = texts.get(name);
    if (text === undefined || reached.has(name)) return;
    reached.add(name);
    for (const [, other = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) visit(other);
  };
  names.forEach(visit);
  return reached;
}

function screenName(chunk: string): string {
  return chunk.slice(0, chunk.indexOf('-'));
}

function weightOf(texts: readonly string[]): Weight {
  const gzipBytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
  return { rawBytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0), gzipBytes };
}
