import type { FakeAccount } from '../users.js';

/**
 * Somebody with an account at the fake OAuth42.
 *
 * @example
 * const user: FakeOAuth42User = { login: 'ada', profile: { sub: 'user_1815', name: 'Ada' }, mfa: true };
 * const fake = await startFakeProvider({ provider: 'oauth42', users: [user] });
 */
export interface FakeOAuth42User extends FakeAccount {
  /** Standard claims of OpenID Connect; userinfo answers those that the token's scopes allow. */
  profile: Record<string, unknown> & { sub: string };
  /** Whether a login needs the six digits of {@link fakeMfa}, or one of its backup codes. Default false. */
  mfa?: boolean | undefined;
}

/**
 * What completes the second step of each user who has one.
 *
 * @example
 * await oauth42Client.completeMfa({ mfaToken, code: fakeMfa.code });
 */
export const fakeMfa: { readonly code: string; readonly backupCodes: readonly string[] } = {
  code: '424242',
  /** Each works once for each user. */
  backupCodes: ['4242-0001', '4242-0002', '4242-0003'],
};

/**
 * The four users that the fake OAuth42 knows unless `users` says otherwise.
 *
 * @example
 * const fake = await startFakeProvider({ provider: 'oauth42' });
 * const { accessToken } = fake.issueToken({ user: fakeOAuth42Users.student.login, scope: 'openid api:read' });
 */
export const fakeOAuth42Users: {
  readonly student: FakeOAuth42User;
  readonly staff: FakeOAuth42User;
  readonly empty: FakeOAuth42User;
  readonly twoSteps: FakeOAuth42User;
} = {
  student: {
    login: 'jdoe',
    profile: {
      sub: 'user_4242a1',
      name: "Élodie D'Oé Ñandú",
      given_name: 'Élodie',
      family_name: "D'Oé Ñandú",
      email: 'jdoe@student.42.example',
      email_verified: true,
      picture: '/images/jdoe.svg',
      updated_at: 1_777_741_392,
    },
  },
  staff: {
    login: 'msmith',
    profile: {
      sub: 'user_1337b2',
      name: 'Mary Smith',
      given_name: 'Mary',
      family_name: 'Smith',
      email: 'msmith@42.example',
      email_verified: false,
      picture: '/images/msmith.svg',
      updated_at: 1_741_964_966,
    },
  },
  /** A sub; all else null or missing. */
  empty: { login: 'noname', profile: { sub: 'user_0000c3', name: null, email: null } },
  /** With MFA on. */
  twoSteps: {
    login: 'ksafe',
    mfa: true,
    profile: {
      sub: 'user_2222d4',
      name: 'Kim Safe',
      given_name: 'Kim',
      family_name: 'Safe',
      email: 'ksafe@student.42.example',
      email_verified: true,
      picture: '/images/ksafe.svg',
      updated_at: 1_767_225_600,
    },
  },
};
