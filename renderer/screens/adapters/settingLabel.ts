/** How a setting is called and shown on this screen. */
import type { I18n } from '../../i18n/I18n.svelte.ts';
import { adapterWords } from '../../i18n/adapters.ts';
import { settingNames } from '../../i18n/settingNames.ts';
import { methodTitle } from '../../lib/methodTitle.ts';

const results = ['stored', 'trainedParameters', 'evaluationLoss', 'bestStep', 'votes'] as const;

/** `learningRate vectorBank` is the learning rate of that group; a name that nobody translated is shown as it is. */
export function settingLabel(name: string, i18n: I18n): string {
  const result = results.find((known) => known === name);
  if (result !== undefined) return i18n.words(adapterWords)[result];
  const [base = name, ...rest] = name.split(' ');
  const known: unknown = Reflect.get(i18n.words(settingNames), base);
  return [typeof known === 'string' ? known : base, ...rest].join(' ');
}

export function settingText({ name, text }: { readonly name: string; readonly text: string }): string {
  return name === 'method' ? methodTitle(text) : text;
}
