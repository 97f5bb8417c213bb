/** What a backend is called. One that nobody translated keeps its id. */
import type { I18n } from '../../i18n/I18n.svelte.ts';
import { settingsWords } from '../../i18n/settings.ts';
import { backendOfChoice } from './selfTests.ts';

export function backendName(backend: string, i18n: I18n): string {
  const name: unknown = Reflect.get(i18n.words(settingsWords), `backend_${backend.replaceAll('-', '_')}`);
  return typeof name === 'string' ? name : backend;
}

/** The chosen one with its precision: `TensorFlow on the CPU, float32`. */
export function chosenName(chosen: string, i18n: I18n): string {
  const [, ...details] = chosen.split(',');
  return [backendName(backendOfChoice(chosen), i18n), ...details].join(',');
}
