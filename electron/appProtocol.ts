/** The window's own scheme: the built renderer out of memory and nothing else, under the policy of the browser host. */
import { rendererFileFor, type RendererFiles } from '../main/hosts/browserHost/rendererFiles.ts';
import { contentSecurityPolicy } from '../main/hosts/browserHost/securityHeaders.ts';
import { isOwnPage } from './origin.ts';

const headers = {
  'Content-Security-Policy': contentSecurityPolicy("'self'"),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

/** The answer to a request of the window. Addresses of screens get the page itself. */
export function answerWindow(files: RendererFiles, url: string): Response {
  const segments = isOwnPage(url) ? segmentsOf(url) : undefined;
  const found = segments === undefined ? undefined : rendererFileFor(files, segments);
  if (found === undefined) return new Response('There is no such file in Graft.', { status: 404, headers });
  return new Response(new Uint8Array(found.file.content), { headers: { ...headers, 'Content-Type': found.file.type } });
}

function segmentsOf(url: string): readonly string[] | undefined {
  try {
    return new URL(url).pathname.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined; // a cut-off percent sign
  }
}
