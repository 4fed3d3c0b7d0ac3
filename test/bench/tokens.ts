import { randomBytes } from 'node:crypto';

/** The application that all tokens of the bench belong to. */
export const application = {
  clientID: 'u-s4t2ud-0f9b3c8a7d6e5f41',
  clientSecret: 's-s4t2ud-71c2d0e94b5a6f38',
  audience: 'https://api.example.org',
};

/** The scope that the protected route asks for. */
export const requiredScope = 'projects';

/** Seconds for which a token lives, as 42's do. */
export const lifetime = 7_200;

const scopeSets = [['public', 'projects'], ['public', 'profile', 'projects'], ['projects']];

/** How a token begins that the provider doesn't know. */
export const unknownPrefix = 'unknown-';

/** How a token begins that has the scope `public` alone. */
export const underScopedPrefix = 'public-';

/** One of the few scope sets that the tokens of one application have; each has the required one. */
export function scopesOf(subject: number): readonly string[] {
  return scopeSets[subject % scopeSets.length] ?? [];
}

/** A new token as 42 issues them: 64 hexadecimal digits. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/** Several new tokens. */
export function newTokens(count: number): string[] {
  return Array.from({ length: count }, newToken);
}

/** The same tokens in another order. */
export function inAnyOrder(tokens: readonly string[]): string[] {
  const places = new Map(tokens.map((token) => [token, Math.random()]));
  return [...tokens].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}
