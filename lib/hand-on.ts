/**
 * Hands a request on from where nobody listens, such as a promise's callback: what the site's code throws there reaches
 * `next`.
 *
 * @param translate what to tell of the error. Default: itself.
 */
export function handOn(
  next: ((error: unknown) => void) | undefined,
  goOn: () => void,
  translate: (error: unknown) => unknown = (error) => error,
): void {
  try {
    goOn();
  } catch (error) {
    next?.(translate(error));
  }
}
