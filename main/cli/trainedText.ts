/** How far a run had come, in words of the command line. */
import type { TrainedSteps } from '../contract/entities.ts';
import { integer } from './format.ts';

export function trainedText({ step, steps, plannedSteps, stopped }: TrainedSteps): string {
  const of = `${integer(steps)} of ${integer(plannedSteps)} steps`;
  const kept = step === steps ? '' : `, with the weights of step ${integer(step)}, the best`;
  return `${stopped ? `stopped after ${of}` : of}${kept}`;
}
