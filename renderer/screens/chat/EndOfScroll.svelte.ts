/**
 * Keeps a scrolled list at its end while it grows, but only as long as the reader is there: scrolling up lets go,
 * coming back to the end takes hold again.
 */
import type { Attachment } from 'svelte/attachments';

const nearPixels = 32;

export class EndOfScroll {
  isAtEnd = $state(true);
  #scroller: HTMLElement | undefined;
  #top = 0;

  /** On the element that scrolls; what grows is its first child. */
  readonly attach: Attachment<HTMLElement> = (scroller) => {
    this.#scroller = scroller;
    const onScroll = (): void => this.#look(scroller);
    const growth = new ResizeObserver(() => this.isAtEnd && this.jump());
    growth.observe(scroller);
    if (scroller.firstElementChild !== null) growth.observe(scroller.firstElementChild);
    scroller.addEventListener('scroll', onScroll, { passive: true });
    this.jump();
    return () => {
      growth.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    };
  };

  /** To the end, and stays there. */
  jump(): void {
    this.isAtEnd = true;
    const scroller = this.#scroller;
    if (scroller === undefined) return;
    scroller.scrollTop = scroller.scrollHeight;
    this.#top = scroller.scrollTop;
  }

  /** The reader wants to be elsewhere. */
  release(): void {
    this.isAtEnd = false;
  }

  #look({ scrollTop, scrollHeight, clientHeight }: HTMLElement): void {
    const wentUp = scrollTop < this.#top;
    this.#top = scrollTop;
    if (scrollHeight - scrollTop - clientHeight <= nearPixels) this.isAtEnd = true;
    else if (wentUp) this.isAtEnd = false;
  }
}
