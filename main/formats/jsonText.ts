/** JSON that may not be any: what a schema then reports or a cache makes again. */

/** The value, or undefined for what is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
