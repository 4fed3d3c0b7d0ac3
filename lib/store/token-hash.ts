import { hash } from 'node:crypto';

/** What stands for a token wherever it is kept or passed on: SHA-256, so that a dump holds no usable token. */
export function tokenHash(token: string): string {
  return credentialsHash(`Bearer ${token}`);
}

/** The {@link tokenHash} of a token, from `Bearer TOKEN` as most clients send it: nothing is cut out for a hit. */
export function credentialsHash(authorization: string): string {
  return hash('sha256', authorization, 'binary');
}
