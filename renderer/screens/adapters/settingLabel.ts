/** How a result or a setting is called on this screen. */
import { nameOfSetting } from '../../components/training/settingTexts.ts';
import type { I18n } from '../../i18n/I18n.svelte.ts';
import { adapterWords } from '../../i18n/adapters.ts';

const results = ['stored', 'trainedParameters', 'evaluationLoss', 'bestStep', 'votes'] as const;

export function settingLabel(name: string, i18n: I18n): string {
  const result = results.find((known) => known === name);
  return result === undefined ? nameOfSetting(name, i18n) : i18n.words(adapterWords)[result];
}
