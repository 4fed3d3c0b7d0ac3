import { type CredentialsRefusedEvent, events, type SecretExpiringEvent } from '../events.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const WARN_BEFORE_MS = 14 * DAY_MS;
const ALARM_EVERY_MS = 5 * 60 * 1000;

/**
 * Watches the application's own secret: remembers when it expires, warns from 14 days before (once a day), and raises
 * the alarm when the provider refuses it. 42 rotates secrets and then answers `invalid_client`, which nobody connects
 * with a date.
 */
export class SecretWatch {
  /** Milliseconds since the epoch; undefined while the provider hasn't said. */
  expiresAt: number | undefined;
  // A clock that was set back is no reason for silence: whichever way it went, time has passed.
  #warnedAt = Number.NEGATIVE_INFINITY;
  #alarmedAt = Number.NEGATIVE_INFINITY;
  readonly #about: { provider: string; clientID: string };

  constructor(about: { provider: string; clientID: string }) {
    this.#about = about;
  }

  /** Takes in what a token answer said of the expiry; `undefined` means that it said nothing. */
  remember(expiresAt: number | undefined, now = Date.now()): void {
    if (expiresAt === undefined) return;
    this.expiresAt = expiresAt;
    if (expiresAt - now > WARN_BEFORE_MS || Math.abs(now - this.#warnedAt) < DAY_MS) return;
    this.#warnedAt = now;
    const event: SecretExpiringEvent = { ...this.#about, expiresAt };
    events.secretExpiring.publish(event);
    process.emitWarning(
      `The secret of application ${this.#about.clientID} at ${this.#about.provider} expires on ` +
        `${new Date(expiresAt).toISOString()}; create the next one and give it to the client before then`,
      { code: 'FORTYTWO_SECRET_EXPIRING' },
    );
  }

  /** The provider refused our own credentials at an endpoint: every check fails until someone acts. */
  refused(endpoint: string, now = Date.now()): void {
    const event: CredentialsRefusedEvent = { ...this.#about, endpoint };
    events.credentialsRefused.publish(event);
    if (Math.abs(now - this.#alarmedAt) < ALARM_EVERY_MS) return;
    this.#alarmedAt = now;
    process.emitWarning(
      `${this.#about.provider} refused the credentials of application ${this.#about.clientID} at its ${endpoint} ` +
        `endpoint: ${this.advice(now)}`,
      { code: 'FORTYTWO_CREDENTIALS_REFUSED' },
    );
  }

  /** What to say beside `invalid_client`. */
  advice(now = Date.now()): string {
    if (this.expiresAt === undefined) return 'check clientID and clientSecret; the secret may have expired';
    const day = new Date(this.expiresAt).toISOString();
    return this.expiresAt <= now
      ? `the secret expired on ${day}; create a new one and give it to the client`
      : `check clientID and clientSecret; the secret is due to expire on ${day}, and may have been replaced already`;
  }
}
