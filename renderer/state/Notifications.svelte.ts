/** Whether the end of a run is told outside the window: what the person chose, and what the browser lets. */
import type { NotificationPermissionState, Platform } from '../lib/platform.ts';
import type { PreferenceState } from './Preferences.svelte.ts';

export class Notifications {
  /** A fresh browser was never asked: `default`. */
  permission: NotificationPermissionState = $state('default');
  readonly #platform: Platform;
  readonly #preferences: PreferenceState;

  constructor(platform: Platform, preferences: PreferenceState) {
    this.#platform = platform;
    this.#preferences = preferences;
  }

  /** Begins to watch what the browser lets, which a person may change in its settings; returns how to stop. */
  listen(): () => void {
    return this.#platform.watchNotifications((permission) => (this.permission = permission));
  }

  get areOn(): boolean {
    return this.#preferences.value.notifyWhenRunEnds && this.permission === 'granted';
  }

  /** Call it when a person has just clicked: browsers ask only then. Throws what the studio throws. */
  async turn(isOn: boolean): Promise<void> {
    if (isOn && this.permission === 'default') this.permission = await this.#platform.askForNotifications();
    await this.#preferences.update({ notifyWhenRunEnds: isOn });
  }
}
