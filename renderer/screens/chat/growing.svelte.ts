/** A text field as high as its text, up to some lines; then it scrolls. */
import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** `text` is what the field shows; it is read so that a change from outside counts too. */
export function growing(mostLines: number, text: () => string): Attachment<HTMLTextAreaElement> {
  return (field) => {
    const fit = (): void => {
      const style = getComputedStyle(field);
      const border = field.offsetHeight - field.clientHeight;
      const padding = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
      const mostHeight = Number.parseFloat(style.lineHeight) * mostLines + padding;
      field.style.height = 'auto';
      const isLonger = field.scrollHeight > mostHeight;
      field.style.overflowY = isLonger ? 'auto' : 'hidden';
      field.style.height = `${Math.min(field.scrollHeight, mostHeight) + border}px`;
    };
    $effect(() => {
      text();
      void tick().then(fit);
    });
    addEventListener('resize', fit);
    return () => removeEventListener('resize', fit);
  };
}
