/** The page with the person's language and theme in it, so that its first paint already has both. */
import type { Preferences } from '../../contract/preferences.ts';

export function dressPage(page: Buffer, { language, theme }: Pick<Preferences, 'language' | 'theme'>): Buffer {
  const lang = language === 'system' ? 'en' : language;
  const attributes = [`lang="${lang}"`, ...(theme === 'system' ? [] : [`data-theme="${theme}"`])];
  return Buffer.from(page.toString('utf8').replace('<html lang="en">', `<html ${attributes.join(' ')}>`));
}
