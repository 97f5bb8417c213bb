/**
 * Weighted sum of token cross-entropies straight from hidden states, in slices of rows so that logits (N × V) never
 * exist at once. The loss is a scalar, so d loss / d hidden is formed slice by slice in the forward pass and the
 * backward pass only scales it: no second product with the head. Rows of weight 0 (prompts, padding) are sorted behind
 * the others, and slices of them alone never reach the head.
 */
import { tf, type Tensor } from '../tf.ts';
import { softCapped, softCapSlope } from './attention.ts';
import { differentiable } from './differentiable.ts';
import { compact, crossEntropyKernel, expand, gatherKernel, matMulKernel } from './kernels.ts';
import { executionOrder, runAfter } from './order.ts';

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
      lossOfPresent({
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

/** The loss of a slice, without the head where all its weights are 0. A trained head's gradient is too large for it. */
function lossOfPresent(inputs: CrossEntropyInputs): SliceResult {
  const { choose } = executionOrder();
  const { hidden, targets, weights, trainHead = false } = inputs;
  if (choose === undefined || trainHead) return sliceLoss(inputs);
  const D = hidden.shape[1] as number;
  const [loss, dHidden] = choose(weights.abs().sum(), [hidden, targets, weights], {
    then: ([rows, ids, each]) => {
      const made = sliceLoss({ ...inputs, hidden: rows, targets: ids, weights: each });
      return [made.loss, made.dHidden];
    },
    otherwise: ([, , zeros]) => [zeros.sum(), zeros.expandDims(1).mul(tf.ones([1, D]))],
  });
  return { loss, dHidden, dHead: null };
}

/** Rows with a weight first, each of both kinds in order; dHidden is in the order of the inputs again. */
function sortedLoss(inputs: CrossEntropyInputs): SliceResult {
  const { hidden, targets, weights } = inputs;
  const N = hidden.shape[0];
  if (N <= SLICE_ROWS || executionOrder().choose === undefined || inputs.trainHead === true) return slicedLoss(inputs);
  const { indices: order } = tf.topk(weights.notEqual(0).toFloat(), N);
  const { indices: places } = tf.topk(order.toFloat().neg(), N);
  const columns = gatherKernel(tf.stack([targets.toFloat(), weights], 1), order); // ids are exact in float32
  const [sortedTargets, sortedWeights] = tf.unstack(columns, 1);
  const { loss, dHidden, dHead } = slicedLoss({
    ...inputs,
    hidden: gatherKernel(hidden, order),
    targets: sortedTargets.toInt(),
    weights: sortedWeights,
  });
  return { loss, dHidden: gatherKernel(dHidden, places), dHead };
}

/** Σ weightᵢ · (−log softmax(hiddenᵢ · headᵀ)[targetᵢ]), a scalar. Gradients to hidden and, with trainHead, to head. */
export function crossEntropySum(inputs: CrossEntropyInputs): Tensor {
  const { hidden, head, trainHead = false } = inputs;
  return differentiable(trainHead ? [hidden, head] : [hidden], () => {
    const { loss, dHidden, dHead } = sortedLoss(inputs);
    return {
      value: loss,
      keep: dHead ? [compact(dHidden), dHead] : [compact(dHidden)],
      gradient: (dy, kept) => [expand(kept[0]).mul(dy), ...kept.slice(1).map((gradient) => gradient.mul(dy))],
    };
  });
}
