/** A program that reads our exports: its logits come back through files of float32. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineProgram, type ProgramCommand } from '../LineProgram.ts';
import type { Logits } from './compare.ts';
import type { Question } from './subjects.ts';

export class Reader extends LineProgram {
  readonly #dir: string;
  #count = 0;

  /** `dir`: for logits on their way. */
  constructor(name: string, program: ProgramCommand, dir: string) {
    super(name, program);
    this.#dir = dir;
  }

  async logits(request: Question & { readonly model: string; readonly adapter?: string }): Promise<Logits> {
    const out = join(this.#dir, `${this.name.replace(/\W+/g, '-')}-${++this.#count}.f32`);
    const { shape } = (await this.ask({ do: 'logits', ...request, out })) as { readonly shape: readonly number[] };
    const bytes = readFileSync(out);
    return { shape, data: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)) };
  }
}
