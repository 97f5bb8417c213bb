/**
 * Where one writes or watches at the foot of the window, messages keep above it: they must not lie over a text field or
 * its button. `--foot` is the height that such parts take from the lower edge, for whoever floats there.
 */
const parts = new Set<HTMLElement>();
let observer: ResizeObserver | undefined;

/** An attachment: `{@attach foot}`. */
export function foot(part: HTMLElement): () => void {
  observer ??= new ResizeObserver(measure);
  parts.add(part);
  observer.observe(part);
  if (parts.size === 1) addEventListener('resize', measure);
  measure();
  return () => {
    parts.delete(part);
    observer?.unobserve(part);
    if (parts.size === 0) removeEventListener('resize', measure);
    measure();
  };
}

function measure(): void {
  const tops = [...parts].map((part) => innerHeight - part.getBoundingClientRect().top);
  document.documentElement.style.setProperty('--foot', `${Math.round(Math.max(0, ...tops))}px`);
}
