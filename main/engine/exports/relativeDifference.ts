/** max |a − b| / max |b|; NaN where any value is not finite, or where one is longer than the other. */
export function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, largest] = [0, 0];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    difference = Math.max(difference, Math.abs(a[at] - b[at]));
    largest = Math.max(largest, Math.abs(b[at]));
  }
  return difference / (largest || 1);
}
