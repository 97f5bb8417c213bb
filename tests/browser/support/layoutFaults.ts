/**
 * What is wrong with how a page lies in its window, a sentence each: it scrolls sideways, something to press or type
 * into is cut off or lies under another, texts run into each other. Measured on what is visible: clipped by what
 * scrolls, below a dialog and for screen readers alone does not count, nor what scrolls away below a bar that stays
 * ([data-floats]).
 */
import type { Page } from 'playwright-core';

export async function layoutFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    interface Place {
      readonly element: Element;
      readonly box: DOMRect;
    }
    const faults: string[] = [];
    const slackPx = 2;
    const dialog = [
      ...document.querySelectorAll('[role=dialog], [role=alertdialog], [role=menu], [role=listbox][data-state=open]'),
    ].at(-1);
    const root = dialog ?? document.body;
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide in a window of ${clientWidth}`);

    for (const scroller of root.querySelectorAll('[data-scroll]')) {
      if (scroller.scrollWidth > scroller.clientWidth + slackPx)
        faults.push('the content of the page scrolls sideways');
    }

    const nameOf = (element: Element): string =>
      `<${element.localName}> ${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}`;
    const clips = (element: Element): boolean => getComputedStyle(element).overflowX !== 'visible';
    /** What of a box is seen, or undefined for nothing. */
    const seen = (element: Element, whole: DOMRect): DOMRect | undefined => {
      let [left, top, right, bottom] = [whole.left, whole.top, whole.right, whole.bottom];
      for (let each = element.parentElement; each !== null; each = each.parentElement) {
        if (!clips(each)) continue;
        const box = each.getBoundingClientRect();
        left = Math.max(left, box.left);
        top = Math.max(top, box.top);
        right = Math.min(right, box.right);
        bottom = Math.min(bottom, box.bottom);
      }
      [top, bottom] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
      return right - left > slackPx && bottom - top > slackPx
        ? new DOMRect(left, top, right - left, bottom - top)
        : undefined;
    };
    const scrolls = (element: Element): boolean => {
      for (let each = element.parentElement; each !== null; each = each.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth) return true;
      }
      return false;
    };
    const isShown = (element: Element): boolean =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const meet = (a: DOMRect, b: DOMRect): boolean =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > slackPx &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slackPx;

    const controls = 'a[href], button, input, select, textarea, summary, [role=slider], [role=combobox], [role=switch]';
    const places: Place[] = [];
    for (const element of root.querySelectorAll(controls)) {
      const whole = element.getBoundingClientRect();
      if (whole.width <= 1 || !isShown(element)) continue;
      const box = seen(element, whole);
      if (box === undefined) {
        if ((whole.left >= clientWidth || whole.right <= 0) && !scrolls(element))
          faults.push(`${nameOf(element)} lies outside the window`);
        continue;
      }
      const isCut = box.width < whole.width - slackPx || whole.left < -slackPx || whole.right > clientWidth + slackPx;
      if (isCut && !scrolls(element)) faults.push(`${nameOf(element)} is cut off at a side`);
      places.push({ element, box });
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const isFree =
        top === null ||
        top.closest('[data-floats]') !== null ||
        element.contains(top) ||
        top.contains(element) ||
        top.closest('label')?.contains(element) === true;
      if (!isFree) faults.push(`${nameOf(element)} lies under ${nameOf(top)}`);
    }
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        const isApart =
          !a.element.contains(b.element) && !b.element.contains(a.element) && !isFloating(a.element, b.element);
        if (isApart && meet(a.box, b.box) && a.element.closest('label') !== b.element) {
          faults.push(`${nameOf(a.element)} and ${nameOf(b.element)} lie over each other`);
        }
      }
    }

    const texts: Place[] = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (
        element === null ||
        node.textContent?.trim() === '' ||
        !isShown(element) ||
        element.closest('svg, canvas, .u-over, .sr-only') !== null
      )
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        const own = seen(element, line);
        const isCutText = own !== undefined && own.width < line.width - slackPx;
        if (isCutText && !endsInDots(element) && !scrolls(element))
          faults.push(`the text “${nameOf(element)}” is cut off`);
        const box = own && clips(element) ? intersection(own, element.getBoundingClientRect()) : own;
        if (box !== undefined) texts.push({ element, box });
      }
    }
    for (const [index, a] of texts.entries()) {
      for (const b of texts.slice(index + 1)) {
        const isApart =
          a.element !== b.element &&
          !a.element.contains(b.element) &&
          !b.element.contains(a.element) &&
          !isFloating(a.element, b.element);
        if (isApart && overlapOf(a.box, b.box))
          faults.push(`the text “${nameOf(a.element)}” runs into “${nameOf(b.element)}”`);
      }
    }
    return [...new Set(faults)];

    function isFloating(...elements: readonly Element[]): boolean {
      return elements.some((element) => element.closest('[data-floats]') !== null);
    }
    function endsInDots(element: Element): boolean {
      for (let each: Element | null = element; each !== null; each = each.parentElement) {
        const { textOverflow, webkitLineClamp } = getComputedStyle(each);
        if (textOverflow === 'ellipsis' || webkitLineClamp !== 'none') return true;
      }
      return false;
    }
    function intersection(a: DOMRect, b: DOMRect): DOMRect | undefined {
      const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
      const [width, height] = [Math.min(a.right, b.right) - left, Math.min(a.bottom, b.bottom) - top];
      return width > slackPx && height > slackPx ? new DOMRect(left, top, width, height) : undefined;
    }
    /** Line boxes are higher than their letters: a few pixels above each other are no fault. */
    function overlapOf(a: DOMRect, b: DOMRect): boolean {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      return across > 3 && down > Math.min(a.height, b.height) / 2;
    }
  });
}
