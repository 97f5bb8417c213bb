/**
 * The side panes. Wide: open or folded as the person left them, in the preferences. Narrow: folded, and one at a time
 * lies over the conversation for as long as it is needed.
 */
import type { StudioWindow } from '../../state/studio.ts';

export type Pane = 'list' | 'settings';

const narrowPixels = 900;
const preferenceOf = { list: 'chatListOpen', settings: 'chatSettingsOpen' } as const;

export class Panes {
  /** Of the whole screen, in pixels; 0 before it is laid out. */
  width = $state(0);
  #overlay: Pane | undefined = $state();
  readonly #studio: StudioWindow;

  constructor(studio: StudioWindow) {
    this.#studio = studio;
  }

  get isNarrow(): boolean {
    return this.width > 0 && this.width < narrowPixels;
  }

  get isOverlaid(): boolean {
    return this.isNarrow && this.#overlay !== undefined;
  }

  get list(): boolean {
    return this.#isOpen('list');
  }

  get settings(): boolean {
    return this.#isOpen('settings');
  }

  toggle(pane: Pane): void {
    const isOpen = this.#isOpen(pane);
    if (this.isNarrow) this.#overlay = isOpen ? undefined : pane;
    else this.#keep(pane, !isOpen);
  }

  show(pane: Pane): void {
    if (!this.#isOpen(pane)) this.toggle(pane);
  }

  /** Returns whether there was one. */
  closeOverlay(): boolean {
    const wasOverlaid = this.isOverlaid;
    this.#overlay = undefined;
    return wasOverlaid;
  }

  #isOpen(pane: Pane): boolean {
    if (this.isNarrow) return this.#overlay === pane;
    return this.#studio.preferences.value[preferenceOf[pane]];
  }

  #keep(pane: Pane, isOpen: boolean): void {
    const { preferences, toasts } = this.#studio;
    void toasts.attempt(async () => preferences.update({ [preferenceOf[pane]]: isOpen }));
  }
}
