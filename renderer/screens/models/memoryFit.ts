/** What a need of memory means on this machine, and what a model is good for here in one word. */
import type { ModelFit } from '../../../main/contract/machine.ts';

export type FitVerdict = 'easily' | 'fits' | 'tight' | 'no';

type Memory = Pick<ModelFit, 'freeMemoryBytes' | 'totalMemoryBytes'>;

/** Below this share of the free memory nothing else is in the way. */
const easyShare = 0.5;
/** The system itself keeps the rest. */
const usableShare = 0.9;

export function judgeFit(neededBytes: number, { freeMemoryBytes, totalMemoryBytes }: Memory): FitVerdict {
  if (neededBytes <= freeMemoryBytes * easyShare) return 'easily';
  if (neededBytes <= freeMemoryBytes) return 'fits';
  return neededBytes <= totalMemoryBytes * usableShare ? 'tight' : 'no';
}

/** Shares of the bar, 0–1; a need beyond all memory fills it. */
export function fitBar(
  neededBytes: number,
  { freeMemoryBytes, totalMemoryBytes }: Memory,
): { readonly needed: number; readonly free: number } {
  if (totalMemoryBytes <= 0) return { needed: 0, free: 0 };
  const share = (value: number): number => Math.max(0, Math.min(1, value / totalMemoryBytes));
  return { needed: share(neededBytes), free: share(freeMemoryBytes) };
}

export type Use = 'training' | 'chat' | 'tight' | 'nothing';

const useOrder: readonly Use[] = ['nothing', 'tight', 'chat', 'training'];

/** The first precision with which a model is good for more than without, and than with those before it. */
export function thriftierUse(fit: ModelFit): (ModelFit['thriftier'][number] & { readonly use: Use }) | undefined {
  const uses = fit.thriftier.map((needs) => ({
    ...needs,
    use: bestUse({ ...fit, chatBytes: needs.chatBytes, training: [{ bytes: needs.trainingBytes }] }),
  }));
  const rank = (use: Use): number => useOrder.indexOf(use);
  const best = Math.max(...uses.map(({ use }) => rank(use)));
  return best > rank(bestUse(fit)) ? uses.find(({ use }) => rank(use) === best) : undefined;
}

type Needs = Memory & Pick<ModelFit, 'chatBytes'> & { readonly training: readonly { readonly bytes: number }[] };

/** The most that a model is good for here, with the thriftiest method. */
export function bestUse({ chatBytes, training, ...memory }: Needs): Use {
  const thriftiest = Math.min(...training.map(({ bytes }) => bytes));
  const fits = (neededBytes: number): boolean => ['easily', 'fits'].includes(judgeFit(neededBytes, memory));
  if (fits(thriftiest)) return 'training';
  if (fits(chatBytes)) return 'chat';
  return judgeFit(chatBytes, memory) === 'tight' ? 'tight' : 'nothing';
}
