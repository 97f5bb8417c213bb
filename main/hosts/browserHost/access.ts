/**
 * Who may come in: requests to this host by its own name, from its own pages, with the cookie that the printed address
 * gives. A page elsewhere fails at Host (DNS rebinding), Origin (its own requests) and SameSite (the browser's cookie).
 * Nothing is compared in a time that tells how much of it was right.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { cookieNameOf, newSecret, type Session } from './session.ts';

const cookieLifeSeconds = 365 * 24 * 60 * 60;
const ticketLifeMs = 2 * 60 * 1000;

export class Access {
  /** In the printed address; another one at each start. */
  readonly token = newSecret();
  readonly #session: Session;
  readonly #hosts: readonly string[];
  readonly #usedTickets = new Set<string>();

  constructor(session: Session, port: number) {
    this.#session = session;
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  }

  knowsHost({ headers }: IncomingMessage): boolean {
    return headers.host !== undefined && this.#hosts.includes(headers.host);
  }

  /** True for a request that a page of this host sent. */
  isOwnOrigin({ headers }: IncomingMessage): boolean {
    return headers.origin !== undefined && headers.origin === `http://${headers.host ?? ''}`;
  }

  hasSession({ headers }: IncomingMessage): boolean {
    const name = `${cookieNameOf(this.#session)}=`;
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => cookie.startsWith(name) && isSame(cookie.slice(name.length), this.#session.secret));
  }

  /** The token, or a ticket made from it that nobody has used yet. */
  admits(text: string): boolean {
    return isSame(text, this.token) || this.#takeTicket(text);
  }

  /** The Set-Cookie header that turns a browser with the token into one with a session. */
  get cookie(): string {
    const attributes = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieLifeSeconds}`;
    return `${cookieNameOf(this.#session)}=${this.#session.secret}; ${attributes}`;
  }

  /** Shows a second start that this host knows the token, without telling it. */
  proof(challenge: string): string {
    return proofOf(this.token, 'identity', challenge);
  }

  #takeTicket(ticket: string): boolean {
    const [time = '', random = '', proof = ''] = ticket.split('.');
    const isOurs = isSame(proof, proofOf(this.token, 'ticket', `${time}.${random}`));
    if (!isOurs || Math.abs(Date.now() - Number(time)) > ticketLifeMs || this.#usedTickets.has(ticket)) return false;
    this.#usedTickets.add(ticket);
    return true;
  }
}

/** For the command line of a browser, which other users of the machine can read: opens once, and soon not at all. */
export function ticketOf(token: string): string {
  const stamp = `${Date.now()}.${newSecret()}`;
  return `${stamp}.${proofOf(token, 'ticket', stamp)}`;
}

/** That somebody knows the token, for one purpose. */
export function proofOf(token: string, purpose: 'identity' | 'ticket', text: string): string {
  return createHmac('sha256', token).update(`${purpose} ${text}`).digest('hex');
}

/** Hashed first, since only texts of one length can be compared in constant time. */
export function isSame(a: string, b: string): boolean {
  const [hashA, hashB] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return hashA !== undefined && hashB !== undefined && timingSafeEqual(hashA, hashB);
}
