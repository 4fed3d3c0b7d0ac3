import { bareCause, SessionError } from '../errors/index.js';

/**
 * What a store answers.
 *
 * @param name of the store, for the message.
 * @throws {SessionError} `ERR_SESSION_STORE` where it fails.
 */
export async function askStore<T>(name: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new SessionError('ERR_SESSION_STORE', `${name} could not be asked; try again later`, {
      cause: bareCause(cause),
    });
  }
}
