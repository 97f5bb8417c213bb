/** PEFT's training curves as files that the command line takes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixturePath } from '../support/fixtures.ts';

interface Curve {
  readonly init_adapter: string;
  readonly weight_decay: number;
  readonly lr: number;
  readonly schedule: string;
  readonly warmup_steps: number;
  readonly max_grad_norm: number;
  readonly grad_accumulation: number;
  /** Steps, micro-batches, rows, tokens. */
  readonly input_ids: readonly (readonly (readonly number[])[])[][];
  readonly loss_mask: readonly (readonly (readonly number[])[])[][];
  readonly steps: readonly {
    readonly step: number;
    readonly lr: number;
    readonly loss: number;
    readonly grad_norm: number;
  }[];
}

export function readCurve(method: string): Curve {
  return JSON.parse(readFileSync(join(fixturePath(`train_${method}`), 'curve.json'), 'utf8')) as Curve;
}

/** Pre-tokenised rows in the order of the curve's batches. */
export function writeRows(curve: Curve, dir: string): string {
  const masks = curve.loss_mask.flat(2);
  const rows = curve.input_ids
    .flat(2)
    .map((ids, row) => ({ input_ids: ids, labels: ids.map((id, at) => (masks[row]?.[at] ? id : -100)) }));
  const file = join(dir, 'rows.jsonl');
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

export function curveFlags(curve: Curve): string[] {
  const flags = {
    ...{
      'init-adapter': fixturePath(curve.init_adapter),
      'learning-rate': curve.lr,
      schedule: curve.schedule,
      'warmup-steps': curve.warmup_steps,
    },
    ...{
      'weight-decay': curve.weight_decay,
      'max-grad-norm': curve.max_grad_norm,
      accumulate: curve.grad_accumulation,
    },
    ...{ 'batch-size': curve.input_ids[0]?.[0]?.length ?? 0, steps: curve.steps.length, 'eval-split': 0 },
  };
  return [...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]), '--no-shuffle'];
}
