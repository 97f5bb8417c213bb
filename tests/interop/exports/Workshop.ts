/**
 * Our side: a data folder of its own and the real command line, whose every answer is kept, since many pairs ask the
 * same.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../cli/runCli.ts';
import type { Logits } from './compare.ts';
import type { Question } from './subjects.ts';

/** By label, in the order of the labels' ids. */
interface SortedText {
  readonly probabilities: Readonly<Record<string, number>>;
}

export class Workshop {
  readonly dir = mkdtempSync(join(tmpdir(), 'graft-interop-'));
  readonly #home = join(this.dir, 'home');
  readonly #kept = new Map<string, Promise<unknown>>();

  /** A folder of this name. */
  folder(name: string): string {
    const dir = join(this.dir, name.replace(/\W+/g, '-'));
    mkdirSync(dir, { recursive: true });
    return dir;
  }

  /** Runs a command once, however often it is asked for; gives its JSON. Throws what it says. */
  async graft(...args: readonly string[]): Promise<unknown> {
    return this.once(args.join(' '), async () => {
      const result = await runProcess([...args, '--json'], { home: this.#home, cwd: this.dir });
      if (result.status === 0) return result.json();
      throw new Error(`graft ${args.slice(0, 3).join(' ')}: ${errorOf(result.stdout) ?? result.stderr.trim()}`);
    });
  }

  async once<T>(key: string, work: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key) ?? work();
    this.#kept.set(key, kept);
    return (await kept) as T;
  }

  async logits(model: string, adapter: string | null, question: Question): Promise<Logits> {
    const flags = [
      '--model',
      model,
      ...(adapter === null ? [] : ['--adapter', adapter]),
      '--precision',
      'float32',
      '--backend',
      'tensorflow',
    ];
    if ('texts' in question) return this.#probabilities(flags, question.texts);
    const answer = await this.graft('logits', ...flags, '--ids', JSON.stringify(question.ids));
    const { shape, data } = answer as { readonly shape: readonly number[]; readonly data: readonly number[] };
    return { shape, data: Float32Array.from(data) };
  }

  async #probabilities(flags: readonly string[], texts: readonly string[]): Promise<Logits> {
    const answer = await this.graft('classify', ...flags, ...texts.flatMap((text) => ['--text', text]));
    const [{ rows }] = (answer as { readonly answers: readonly { readonly rows: readonly SortedText[] }[] }).answers;
    const data = Float32Array.from(rows.flatMap(({ probabilities }) => Object.values(probabilities)));
    return { shape: [rows.length, 1, data.length / rows.length], data };
  }

  /** Into a fresh folder, which it gives. `what`: `adapter NAME` or `model NAME`. */
  async export(what: readonly ['adapter' | 'model', string], to: readonly string[]): Promise<string> {
    const out = join(this.dir, [...what, ...to].join('-').replace(/[^\w.]+/g, '-'));
    await this.graft(what[0], 'export', what[1], '--to', ...to, '--out', out);
    return out;
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The one GGUF file in a folder. */
export function ggufIn(dir: string): string {
  const [name] = readdirSync(dir).filter((each) => each.endsWith('.gguf'));
  if (name === undefined) throw new Error(`there is no .gguf in ${dir}`);
  return join(dir, name);
}

function errorOf(stdout: string): string | undefined {
  try {
    return (JSON.parse(stdout) as { readonly error?: { readonly message: string } }).error?.message;
  } catch {
    return undefined; // it ended before it could say anything
  }
}
