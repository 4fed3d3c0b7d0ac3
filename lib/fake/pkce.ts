import { createHash } from 'node:crypto';

/** The S256 challenge of a verifier (RFC 7636 section 4.2). */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'utf8').digest('base64url');
}

/** Whether this can be an S256 challenge: the base64url of a SHA-256. */
export function isChallenge(text: string | undefined): text is string {
  return /^[\w-]{43}$/.test(text ?? '');
}
