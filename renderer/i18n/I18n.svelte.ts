/** The language of a window. Words are read through a proxy, so that a change of language shows at once everywhere. */
import { inLanguage } from '../../main/contract/words/inLanguage.ts';
import type { Said } from '../../main/contract/words/words.ts';
import type { Catalogue, Language } from './catalogue.ts';

export class I18n {
  /** As chosen in the preferences. */
  choice: 'system' | Language = $state('system');
  readonly language: Language = $derived(this.choice === 'system' ? systemLanguage() : this.choice);

  words<Words extends object>(catalogue: Catalogue<Words>): Words {
    const current = (): Words => catalogue[this.language];
    return new Proxy(catalogue.en, { get: (_, key) => Reflect.get(current(), key) as unknown });
  }

  /** What the core said. */
  say(said: string | Said): string {
    return inLanguage(said, this.language);
  }
}

function systemLanguage(): Language {
  return navigator.languages.find((tag) => tag.startsWith('en') || tag.startsWith('ja'))?.startsWith('ja')
    ? 'ja'
    : 'en';
}
