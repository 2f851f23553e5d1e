/**
 * Who may talk to the server.  Everything on this machine that can open a socket, and every web page in the user's
 * browser, can try; only the browser that was given the one-time token gets in.
 *
 * - The `Host` must name the loopback, so that a name which an attacker points at 127.0.0.1 leads nowhere.
 * - The app lives under a path nobody can guess, which also keeps its cookie from other servers on this machine
 *   (cookies do not tell ports apart).
 * - The token works once.  What it is exchanged for is out of reach of scripts and never sent across sites.
 * - Whatever can change something must come from the app's own origin.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const COOKIE = 'bulkhead';

export interface Access {
  /** `/<random>/`. */
  readonly base: string;
  readonly token: string;
  isHost(headers: IncomingHttpHeaders): boolean;
  /** True for the page's own origin only; a request without an `Origin` is not from the page. */
  isOrigin(headers: IncomingHttpHeaders): boolean;
  hasSession(headers: IncomingHttpHeaders): boolean;
  /** @returns the `Set-Cookie` value for the right token the first time it comes, null ever after. */
  redeem(token: string): string | null;
}

/** @param port the port the server listens on */
export function createAccess(port: number): Access {
  const base = `/${randomBytes(16).toString('hex')}/`;
  const token = randomBytes(32).toString('base64url');
  const session = randomBytes(32).toString('base64url');
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  let redeemed = false;

  const isHost = ({ host }: IncomingHttpHeaders): boolean => host !== undefined && hosts.has(host);
  return {
    base,
    token,
    isHost,
    isOrigin: (headers) => isHost(headers) && headers.origin === `http://${headers.host}`,
    hasSession: ({ cookie = '' }) =>
      cookie.split(';').some((pair) => {
        const [name, value = ''] = pair.trim().split('=', 2);
        return name === COOKIE && same(value, session);
      }),
    redeem: (offered) => {
      if (redeemed || !same(offered, token)) return null;
      redeemed = true;
      return `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=${base}`;
    },
  };
}

/** Compares digests, so that the time taken tells neither content nor length. */
function same(offered: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(offered), digest(expected));
}
