/**
 * Every `code` that a {@link FakeProviderError} can carry.
 *
 * @example
 * const code: FakeProviderErrorCode = 'ERR_FAKE_IN_PRODUCTION';
 */
export type FakeProviderErrorCode =
  | 'ERR_FAKE_IN_PRODUCTION'
  | 'ERR_FAKE_NOT_LOOPBACK'
  | 'ERR_FAKE_OPTION'
  | 'ERR_FAKE_UNKNOWN_CLIENT'
  | 'ERR_FAKE_UNKNOWN_USER'
  | 'ERR_FAKE_REDIRECT_URI'
  | 'ERR_FAKE_PUBLIC_CLIENT';

/**
 * The fake provider was asked for something that it refuses to do. `code` is stable, `message` says what to do.
 *
 * @example
 * try {
 *   fake.issueToken({ user: 'nobody' });
 * } catch (error) {
 *   if (error instanceof FakeProviderError) console.error(error.code, error.message);
 * }
 */
export class FakeProviderError extends Error {
  override readonly name = 'FakeProviderError';
  readonly code: FakeProviderErrorCode;

  constructor(code: FakeProviderErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
