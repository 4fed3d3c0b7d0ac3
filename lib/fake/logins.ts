import { randomBytes } from 'node:crypto';
import type { Call } from './http.js';

const COOKIE = 'fake42_session';

/** Who is logged in at the fake, by browser. */
export interface Login {
  readonly login: string;
  /** Must come back with the decision, so that no other page can consent for the user. */
  readonly csrf: string;
}

/** Remembers each browser's login for as long as the browser keeps its session cookie. */
export class Logins {
  readonly #byCookie = new Map<string, Login>();

  of(call: Call): Login | undefined {
    return this.#byCookie.get(cookieOf(call) ?? '');
  }

  /** The `Set-Cookie` value that starts the login. */
  start(login: string): string {
    const id = randomBytes(16).toString('hex');
    this.#byCookie.set(id, { login, csrf: randomBytes(16).toString('hex') });
    return `${COOKIE}=${id}; Path=/; HttpOnly; SameSite=Lax`;
  }

  /** The `Set-Cookie` value that ends the login. */
  end(call: Call): string {
    this.#byCookie.delete(cookieOf(call) ?? '');
    return `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
  }
}

function cookieOf(call: Call): string | undefined {
  for (const pair of (call.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === COOKIE) return value;
  }
  return undefined;
}
