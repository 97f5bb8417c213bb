/** A task's progress as a share and as words. */
import type { ProgressUpdate } from '../../main/contract/progress.ts';
import { inLanguage } from '../../main/contract/words/inLanguage.ts';
import type { Language } from '../i18n/catalogue.ts';
import { bytes, count } from './format.ts';

/** 0–1, or null where the end is not known. */
export function progressShare(progress: ProgressUpdate | null): number | null {
  if (progress === null || progress.total === null || progress.total === 0) return null;
  return progress.done / progress.total;
}

export function progressText(progress: ProgressUpdate | null, language: Language): string {
  if (progress === null) return '';
  const { done, total, unit } = progress;
  const label = inLanguage(progress.label, language);
  const shown = (value: number): string => (unit === 'bytes' ? bytes(value) : count(value, language));
  if (total === null) return done === 0 ? label : `${label} ${shown(done)}`;
  return `${label} ${shown(done)} / ${shown(total)}`;
}
