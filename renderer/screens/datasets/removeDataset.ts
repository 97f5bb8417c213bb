/** A dataset into the trash, with the way back in the message. */
import type { Dataset } from '../../../main/contract/entities.ts';
import { commonWords } from '../../i18n/common.ts';
import { datasetWords } from '../../i18n/datasets.ts';
import type { StudioWindow } from '../../state/studio.ts';

/** Returns whether it went well; an error is shown. */
export function removeDataset({ api, toasts, i18n, refresh }: StudioWindow, { id, name }: Dataset): Promise<boolean> {
  const t = i18n.words(datasetWords);
  const restore = async (): Promise<void> => {
    await api.datasets.restore({ id });
    refresh(['datasets']);
  };
  return toasts.attempt(async () => {
    await api.datasets.remove({ id });
    refresh(['datasets']);
    toasts.say(t.removed(name), { label: i18n.words(commonWords).undo, run: restore });
  });
}
