/**
 * Whether a window has no room for a sidebar: 800 pixels wide, or 1,280 at a zoom of 200 %. The same width as app.css'
 * `fold`.
 */
import { MediaQuery } from 'svelte/reactivity';

const query = 'width < 900px';

/** `current` changes with the window; never narrow where nothing is laid out. */
export function narrowWindow(): { readonly current: boolean } {
  return typeof matchMedia === 'function' ? new MediaQuery(query) : { current: false };
}
