/** The window's language without a window. */
import { inLanguage } from '../../../main/contract/words/inLanguage.ts';
import type { Said } from '../../../main/contract/words/words.ts';

export const inEnglish = { say: (said: string | Said): string => inLanguage(said, 'en') };
export const inJapanese = { say: (said: string | Said): string => inLanguage(said, 'ja') };
