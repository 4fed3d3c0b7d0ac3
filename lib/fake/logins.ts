import { randomBytes } from 'node:crypto';
import type { Call } from './http.js';

/** Who is logged in at the fake, by browser. */
export interface Login {
  readonly login: string;
  /** Must come back with the decision, so that no other page can consent for the user. */
  readonly csrf: string;
  /** When it began, in milliseconds of the fake's clock. */
  readonly at: number;
}

/** Remembers each browser's login for as long as the browser keeps its session cookie. */
export class Logins {
  readonly #byCookie = new Map<string, Login>();
  readonly #cookie: string;
  readonly #now: () => number;

  constructor(cookie: string, now: () => number) {
    this.#cookie = cookie;
    this.#now = now;
  }

  of(call: Call): Login | undefined {
    return this.#byCookie.get(this.#idOf(call));
  }

  /** The `Set-Cookie` value that starts the login. */
  start(login: string): string {
    const id = randomBytes(16).toString('hex');
    this.#byCookie.set(id, { login, csrf: randomBytes(16).toString('hex'), at: this.#now() });
    return `${this.#cookie}=${id}; Path=/; HttpOnly; SameSite=Lax`;
  }

  /** The `Set-Cookie` value that ends the login. */
  end(call: Call): string {
    this.#byCookie.delete(this.#idOf(call));
    return `${this.#cookie}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
  }

  /** Ends the user's login in every browser. */
  endAll(login: string): void {
    for (const [id, one] of this.#byCookie) if (one.login === login) this.#byCookie.delete(id);
  }

  #idOf(call: Call): string {
    for (const pair of (call.headers.cookie ?? '').split(';')) {
      const [name, value] = pair.trim().split('=');
      if (name === this.#cookie) return value ?? '';
    }
    return '';
  }
}
