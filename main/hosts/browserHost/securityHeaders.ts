/**
 * The headers of every answer: a page of Graft loads and reaches nothing but this host, and nobody frames or embeds it.
 */

/** `connections` is the value of connect-src. */
export function contentSecurityPolicy(connections: string): string {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'style-src-attr': "'unsafe-inline'", // positions and widths that the charts and lists compute
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': connections,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** `ws:` is spelled out for browsers whose 'self' does not cover it. */
export function securityHeaders(port: number): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(`'self' ws://127.0.0.1:${port} ws://localhost:${port}`),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}
