import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../lib/session/login-record.js';
import { grantIn, sessionOver, stepFor, stillValidOr } from '../../lib/session/token-request.js';

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60_000;
const request = { loginID: 'a login', provider: '42', margin: MINUTE_MS };

/** A grant of an hour, with so many milliseconds left. */
function grant(left: number, more: Partial<Grant> = {}): Grant {
  const times = { issuedAt: left - HOUR_MS, expiresAt: left };
  return { accessToken: 'access', refreshToken: 'refresh', scopes: [], ...times, ...more };
}

const { expiresAt: _, ...endless } = grant(0);
const { refreshToken: __, ...unrefreshable } = grant(MINUTE_MS);

describe('what is done about a grant', () => {
  test.each<[string, Grant, { refused?: string; isCoolingDown?: boolean }, string]>([
    ['good for more than the margin', grant(MINUTE_MS + 1), {}, 'enough'],
    ['good for the margin and no longer', grant(MINUTE_MS), {}, 'send'],
    ['expired', grant(-1), {}, 'send'],
    ['without an expiry', endless, {}, 'enough'],
    ['refused by the provider', grant(HOUR_MS), { refused: 'access' }, 'send'],
    ['of which an older token was refused', grant(HOUR_MS), { refused: 'older' }, 'enough'],
    ['whose refresh token was sent before', grant(0, { refreshSentAt: -1 }), {}, 'unanswered'],
    ['whose refresh token was sent before, and good still', grant(HOUR_MS, { refreshSentAt: -1 }), {}, 'enough'],
    ['without a refresh token', unrefreshable, {}, 'no refresh token'],
    ['of a provider that was away just now', grant(0), { isCoolingDown: true }, 'cooling down'],
    ['sent before, of a provider that is away', grant(0, { refreshSentAt: -1 }), { isCoolingDown: true }, 'unanswered'],
  ])('%s', (_what, kept, { refused, isCoolingDown = false }, step) => {
    expect(stepFor(kept, { ...request, refused }, isCoolingDown, 0)).toBe(step);
  });
});

describe('what is handed out where nothing better can be had', () => {
  const why = sessionOver('a test');

  test('is a token that lives, however shortly', () => {
    expect(stillValidOr(grant(1), request, why, 0)).toEqual(grant(1));
  });

  test.each<[string, Grant | undefined, string | undefined]>([
    ['has expired', grant(0), undefined],
    ['was refused', grant(HOUR_MS), 'access'],
    ['is gone', undefined, undefined],
  ])('is nothing where the token %s', (_what, kept, refused) => {
    expect(() => stillValidOr(kept, { ...request, refused }, why, 0)).toThrow(why);
  });
});

test('a login without a grant is over, and so is none', () => {
  const account = { provider: '42', clientID: 'c', id: '1', user: {}, profileAt: 0, loggedInAt: 0, asked: [] };
  const login = { startedAt: 0, origin: 'https://site.example', primary: '42', accounts: { '42': account } };
  for (const one of [login, undefined]) {
    expect(() => grantIn(one, '42')).toThrow(expect.objectContaining({ code: 'ERR_SESSION_OVER', status: 401 }));
  }
  expect(grantIn({ ...login, accounts: { '42': { ...account, grant: grant(1) } } }, '42')).toEqual(grant(1));
});
