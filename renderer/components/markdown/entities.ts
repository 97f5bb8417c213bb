/** Character references (`&amp;`, `&#39;`, `&hellip;`) as the characters they mean. */
const known = new Map<string, string>();

export function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi, decodeOne);
}

/** A textarea knows all 2,231 names, and its content is text whatever it says. */
function decodeOne(reference: string): string {
  const found = known.get(reference);
  if (found !== undefined) return found;
  const area = document.createElement('textarea');
  area.innerHTML = reference;
  known.set(reference, area.value);
  return area.value;
}
