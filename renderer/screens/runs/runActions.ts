/**
 * What can be asked of a run from several places. Each tells the person what went wrong, and offers to undo what can be
 * undone.
 */
import type { RunState } from '../../../main/contract/entities.ts';
import type { StudioWindow } from '../../state/studio.ts';

export interface NamedRun {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
}

export interface ActionWords {
  readonly stopTitle: string;
  readonly stopText: string;
  readonly stopAndSave: string;
  readonly stopAndDiscard: string;
  readonly goOn: string;
  readonly undo: string;
  readonly movedToTrash: (name: string) => string;
}

/** Asks first; a queued run is taken out of the queue without a question. */
export async function stopRun(
  { api, confirmations, toasts }: StudioWindow,
  run: NamedRun,
  words: ActionWords,
): Promise<void> {
  if (run.state === 'queued') {
    await toasts.attempt(async () => api.runs.stop({ id: run.id }));
    return;
  }
  const { stopTitle, stopText, stopAndSave, stopAndDiscard, goOn } = words;
  const keep = await confirmations.ask({
    ...{ title: stopTitle, text: stopText, turnAway: goOn },
    answers: [
      { id: 'discard', label: stopAndDiscard, kind: 'danger' },
      { id: 'save', label: stopAndSave, kind: 'go' },
    ],
  });
  if (keep !== 'save' && keep !== 'discard') return;
  await toasts.attempt(async () => api.runs.stop({ id: run.id, keep }));
}

/** To the trash, and back again by the message that says so. Returns whether it went. */
export async function trashRuns(
  { api, toasts }: StudioWindow,
  runs: readonly NamedRun[],
  said: string,
  undo: string,
): Promise<boolean> {
  const went = await toasts.attempt(async () => {
    for (const { id } of runs) await api.runs.remove({ id });
  });
  if (!went) return false;
  toasts.say(said, {
    label: undo,
    run: async () => {
      for (const { id } of runs) await api.runs.restore({ id });
    },
  });
  return true;
}

/** Writes a file that `train --config` takes. */
export async function exportConfiguration({ api, platform, toasts }: StudioWindow, id: string): Promise<void> {
  await toasts.attempt(async () => {
    const { fileName, text } = await api.runs.exportConfiguration(await api.runs.request({ id }));
    await platform.saveText(fileName, text);
  });
}
