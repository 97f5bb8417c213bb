/** `owner/name`, as the hub writes it; a pasted address of a model page is taken too. Undefined for anything else. */
export function readHubId(text: string): string | undefined {
  const [, id] = /^(?:https?:\/\/[^/]+\/)?(\w[\w.-]*\/\w[\w.-]*)\/?$/.exec(text.trim()) ?? [];
  return id;
}
