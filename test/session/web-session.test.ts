import { describe, expect, test } from '@jest/globals';
import { cookieProblem } from '../../lib/session/web-session.js';

const good = { httpOnly: true, secure: true, sameSite: 'lax' };

describe("a session's cookie", () => {
  test.each([
    ['Secure, HttpOnly and Lax', good],
    ["with express-session's own sameSite, which is none", { httpOnly: true, secure: true }],
    ["of a middleware that doesn't tell", undefined],
  ])('S8: on https, one that is %s is good', (_name, cookie) => {
    expect(cookieProblem(cookie, true)).toBeUndefined();
  });

  test('S8: on http, one that is not Secure is good: there is no other', () => {
    expect(cookieProblem({ ...good, secure: false }, false)).toBeUndefined();
  });

  test.each([
    ['not Secure', { ...good, secure: false }, 'set secure: true'],
    ['without a word on it', { httpOnly: true, sameSite: 'lax' }, 'set secure: true'],
    ["'auto' that nobody resolved", { ...good, secure: 'auto' as const }, 'set secure: true'],
    ['readable for scripts', { ...good, httpOnly: false }, 'set httpOnly: true'],
    ['Strict', { ...good, sameSite: 'strict' }, "set sameSite: 'lax'"],
    ['Strict by true', { ...good, sameSite: true }, "set sameSite: 'lax'"],
    ['Strict in capitals', { ...good, sameSite: 'Strict' }, "set sameSite: 'lax'"],
    ['sent along by every site', { ...good, sameSite: 'none' }, "set sameSite: 'lax'"],
  ])('S8: on https, one that is %s is a problem, and the message says what to do', (_name, cookie, advice) => {
    expect(cookieProblem(cookie, true)).toMatch(advice);
  });

  test('S8: on http, one that is Secure never reaches the browser, and people would log in for ever', () => {
    expect(cookieProblem(good, false)).toMatch('set secure: false');
  });
});
