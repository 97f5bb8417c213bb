/**
 * Names and notes of settings in the window's language. English notes are those of the schemas, which the command line
 * shows too.
 */
import type { Language } from '../../i18n/catalogue.ts';
import { settingNames, type SettingName } from '../../i18n/settingNames.ts';
import { settingNotes } from '../../i18n/settingNotes.ts';

interface Speaking {
  readonly language: Language;
}

/** The schema's own title, or the bare name, where no language has one. */
export function nameOfSetting(name: string, { language }: Speaking, fallback: string = name): string {
  return isNamed(name) ? settingNames[language][name] : fallback;
}

export function noteOfSetting(name: string, { language }: Speaking, fallback: string): string {
  const notes = settingNotes[language];
  return (isNamed(name) ? notes?.[name] : undefined) ?? fallback;
}

function isNamed(name: string): name is SettingName {
  return Object.hasOwn(settingNames.en, name);
}
