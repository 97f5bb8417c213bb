/** What a window may not do: leave its own pages, open others, embed, ask for devices. */
import type { App, WebContents } from 'electron';
import { isOwnPage } from './origin.ts';

/** `openOutside` gets web addresses that a person clicked. */
export function restrictContents(contents: WebContents, openOutside: (url: string) => void): void {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnPage(event.url)) event.preventDefault();
  };
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebAddress(url)) openOutside(url);
    return { action: 'deny' };
  });
  contents.on('will-frame-navigate', stay); // of any frame; a dropped file or link is one too
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  contents.session.setPermissionCheckHandler(() => false);
  contents.session.setDevicePermissionHandler(() => false);
}

/** Every contents that is ever made, also by mistake. */
export function restrictAllContents(app: Pick<App, 'on'>, openOutside: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents) => restrictContents(contents, openOutside));
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}
