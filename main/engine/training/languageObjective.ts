/** Language modelling: Σ cross-entropy of the trained tokens, each predicted from those before it. */
import type { CausalModel } from '../models/causalModel.ts';
import type { Objective } from './objective.ts';

export function languageObjective(model: CausalModel, { recompute }: { readonly recompute: boolean }): Objective {
  const lossSum: Objective['lossSum'] = ({ ids, targets, weights }, learned) => {
    const hidden = model.hidden(ids, { ...(learned && { adapter: learned.adapter }), recompute });
    return model.crossEntropySum(hidden, targets, weights, learned?.adapter);
  };
  return {
    lossSum,
    evaluate: (batch, learned) => ({ lossSum: lossSum(batch, learned) }),
    startScores: () => undefined,
    dispose: () => undefined,
  };
}
