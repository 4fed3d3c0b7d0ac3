import { ConfigurationError } from '../errors/index.js';

/**
 * What the provider must show people, or must not: one or more of OpenID Connect Core §3.1.2.1's values, or of a
 * provider's own, separated by single spaces.
 *
 * @example
 * const prompt: Prompt = 'select_account';
 * app.get('/auth/42/other', passport.authenticate('42', { prompt }));
 */
export type Prompt = 'none' | 'login' | 'consent' | 'select_account' | (string & {});

/**
 * @returns undefined where the site leaves it to the provider.
 * @throws {ConfigurationError} for what is no such value, and for `none` beside another.
 */
export function readPrompt(prompt: unknown): Prompt | undefined {
  if (prompt === undefined) return undefined;
  const isWord = typeof prompt === 'string' && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(prompt);
  if (!isWord || (prompt !== 'none' && prompt.split(' ').includes('none'))) {
    throw new ConfigurationError(
      "FortyTwoStrategy: prompt must be 'none', or some of 'login', 'consent' and 'select_account', separated by spaces",
    );
  }
  return prompt;
}
