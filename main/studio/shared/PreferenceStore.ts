/** What the person has chosen, one settings row a preference: a value that no longer parses counts as not set. */
import { type Preferences, defaultPreferences, preferencesSchema } from '../../contract/preferences.ts';
import type { ChangeService, PreferenceService } from '../../contract/services.ts';
import type { SettingsRepository } from '../../database/settings.ts';

export class PreferenceStore implements PreferenceService {
  readonly #settings: SettingsRepository;
  readonly #changes: Pick<ChangeService, 'announce'>;

  constructor(settings: SettingsRepository, changes: Pick<ChangeService, 'announce'>) {
    this.#settings = settings;
    this.#changes = changes;
  }

  get(): Preferences {
    const { shape } = preferencesSchema;
    const stored = Object.entries(shape).map(([name, schema]) => [
      name,
      this.#settings.find<unknown>(keyOf(name), schema),
    ]);
    return {
      ...defaultPreferences,
      ...Object.fromEntries(stored.filter(([, value]) => value !== undefined)),
    } as Preferences;
  }

  update(changes: Partial<Preferences>): Preferences {
    for (const [name, value] of Object.entries(changes))
      if (value !== undefined) this.#settings.set(keyOf(name), value);
    this.#changes.announce('preferences');
    return this.get();
  }
}

const keyOf = (name: string): string => `preference.${name}`;
