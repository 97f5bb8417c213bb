/** The person's preferences: shown at once, written behind; another window's change arrives through `load`. */
import { type Preferences, defaultPreferences } from '../../main/contract/preferences.ts';
import type { Api } from '../lib/api.ts';

export class PreferenceState {
  value: Preferences = $state.raw(defaultPreferences);
  loaded = $state(false);
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<void> {
    this.value = await this.#api.preferences.get();
    this.loaded = true;
  }

  /** Throws what the studio throws; then the old values are back. */
  async update(changes: Partial<Preferences>): Promise<void> {
    const before = this.value;
    this.value = { ...before, ...changes };
    try {
      this.value = await this.#api.preferences.update(changes);
    } catch (error) {
      this.value = before;
      throw error;
    }
  }
}
