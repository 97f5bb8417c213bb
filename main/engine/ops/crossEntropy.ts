/**
 * Weighted sum of token cross-entropies straight from hidden states, in slices of rows so that logits (N × V) never
 * exist at once. The loss is a scalar, so d loss / d hidden is formed slice by slice in the forward pass and the
 * backward pass only scales it: no second product with the head.
 */
import { tf, type Tensor } from '../tf.ts';
import { softCapped, softCapSlope } from './attention.ts';
import { differentiable } from './differentiable.ts';
import { compact, crossEntropyKernel, expand, matMulKernel } from './kernels.ts';
import { runAfter } from './order.ts';

/** Rows of logits alive at once: 128 × 49,152 × 4 bytes = 25 MB a copy. */
const SLICE_ROWS = 128;

export interface CrossEntropyInputs {
  /** (N, D) float32. */
  readonly hidden: Tensor;
  /** (V, D), frozen or trained. */
  readonly head: Tensor;
  /** (N) int32. */
  readonly targets: Tensor;
  /** (N) float32. */
  readonly weights: Tensor;
  readonly trainHead?: boolean;
  /** Logits become c · tanh(logits / c) (Gemma 2). */
  readonly softCap?: number | undefined;
}

interface SliceResult {
  readonly loss: Tensor;
  readonly dHidden: Tensor;
  readonly dHead: Tensor | null;
}

function sliceLoss({ hidden, head, targets, weights, trainHead = false, softCap }: CrossEntropyInputs): SliceResult {
  const [losses, gradient] =
    softCap === undefined ? lossOfLogits(hidden, head, targets) : lossOfCapped({ hidden, head, targets, softCap });
  const rowWeights = weights.expandDims(1); // on the narrow side of each product, so that (rows, V) is not copied
  return {
    loss: losses.mul(weights).sum(),
    dHidden: matMulKernel(gradient, head, { transposeA: false, transposeB: false }).mul(rowWeights),
    dHead: trainHead ? matMulKernel(gradient, hidden.mul(rowWeights), { transposeA: true, transposeB: false }) : null,
  };
}

/** Losses of the rows, and their gradients to the logits. */
function lossOfLogits(hidden: Tensor, head: Tensor, targets: Tensor): readonly [Tensor, Tensor] {
  return crossEntropyKernel(
    matMulKernel(hidden, head, { transposeA: false, transposeB: true, compactResult: true }),
    targets,
  );
}

function lossOfCapped({
  hidden,
  head,
  targets,
  softCap,
}: Pick<CrossEntropyInputs, 'hidden' | 'head' | 'targets'> & { readonly softCap: number }): readonly [Tensor, Tensor] {
  const logits = matMulKernel(hidden, head, { transposeA: false, transposeB: true });
  const [losses, gradient] = crossEntropyKernel(compact(softCapped(logits, softCap)), targets);
  return [losses, compact(expand(gradient).mul(softCapSlope(logits, softCap)))];
}

function slicedLoss(inputs: CrossEntropyInputs): SliceResult {
  const { hidden, targets, weights } = inputs;
  const [N, D] = hidden.shape as [number, number];
  let after: Tensor[] = [];
  const parts: SliceResult[] = [];
  for (let from = 0; from < N; from += SLICE_ROWS) {
    const rows = Math.min(SLICE_ROWS, N - from);
    const part = runAfter(after, () =>
      sliceLoss({
        ...inputs,
        hidden: tf.slice(hidden, [from, 0], [rows, D]),
        targets: tf.slice(targets, [from], [rows]),
        weights: tf.slice(weights, [from], [rows]),
      }),
    );
    parts.push(part);
    after = [part.dHidden];
  }
  const heads = parts.flatMap((part) => (part.dHead ? [part.dHead] : []));
  return {
    loss: tf.addN(parts.map((part) => part.loss)),
    dHidden: tf.concat(
      parts.map((part) => part.dHidden),
      0,
    ),
    dHead: heads.length > 0 ? tf.addN(heads) : null,
  };
}

/** Σ weightᵢ · (−log softmax(hiddenᵢ · headᵀ)[targetᵢ]), a scalar. Gradients to hidden and, with trainHead, to head. */
export function crossEntropySum(inputs: CrossEntropyInputs): Tensor {
  const { hidden, head, trainHead = false } = inputs;
  return differentiable(trainHead ? [hidden, head] : [hidden], () => {
    const { loss, dHidden, dHead } = slicedLoss(inputs);
    return {
      value: loss,
      keep: dHead ? [compact(dHidden), dHead] : [compact(dHidden)],
      gradient: (dy, kept) => [expand(kept[0]).mul(dy), ...kept.slice(1).map((gradient) => gradient.mul(dy))],
    };
  });
}
