/** The one origin that the shell serves and listens to. */
export const shellScheme = 'app';
export const shellOrigin = `${shellScheme}://graft`;

/** Whether a frame's address is a page of ours. */
export function isOwnPage(url: string): boolean {
  return url === shellOrigin || url.startsWith(`${shellOrigin}/`);
}
