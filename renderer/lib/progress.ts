/** A task's progress as a share and as words. */
import type { ProgressUpdate } from '../../main/contract/progress.ts';
import type { Language } from '../i18n/catalogue.ts';
import { progressWords } from '../i18n/progress.ts';
import { bytes, count } from './format.ts';

/** 0–1, or null where the end is not known. */
export function progressShare(progress: ProgressUpdate | null): number | null {
  if (progress === null || progress.total === null || progress.total === 0) return null;
  return progress.done / progress.total;
}

export function progressText(progress: ProgressUpdate | null, language: Language): string {
  if (progress === null) return '';
  const { done, total, unit } = progress;
  const label = labelText(progress.label, language);
  const shown = (value: number): string => (unit === 'bytes' ? bytes(value) : count(value, language));
  if (total === null) return done === 0 ? label : `${label} ${shown(done)}`;
  return `${label} ${shown(done)} / ${shown(total)}`;
}

/** `Checking model.safetensors`: the name stays; a label that has no word of its own is shown as it is. */
function labelText(label: string, language: Language): string {
  const words: Readonly<Record<string, string>> = progressWords[language];
  const whole = words[label];
  if (whole !== undefined) return whole;
  const [verb = '', ...names] = label.split(' ');
  const word = words[verb];
  if (word === undefined || language === 'en') return label;
  return `${word}: ${names.join(' ')}`;
}
