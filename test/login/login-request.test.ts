import { describe, expect, test } from '@jest/globals';
import { openWish, sealWish } from '../../lib/login/login-request.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

const at = { url: 'http://127.0.0.1:1' };
const cookieSecrets = ['a cookie secret of thirty-two chars'];
const wish = { scope: ['projects'], again: true, linkTo: 'a login' };

describe('a wish of the site', () => {
  test('L12: opens as it was sealed, for the client that it is for', () => {
    const client = clientOf(at);
    expect(openWish(client, sealWish(client, wish))).toEqual(wish);
    expect(openWish(client, sealWish(client, {}))).toEqual({});
  });

  test('L12: is nothing once it was changed, or made up', () => {
    const client = clientOf(at);
    const sealed = sealWish(client, wish);
    for (const forged of [`${sealed.slice(0, -2)}AA`, sealed.slice(4), '', 'x', JSON.stringify(wish)]) {
      expect(openWish(client, forged)).toEqual({});
    }
  });

  test('L12: is nothing to another site, whose secret is another', () => {
    expect(openWish(clientOf(at, { cookieSecrets }), sealWish(clientOf(at), wish))).toEqual({});
  });

  test('L12: is nothing to another client of the site, though they share their secrets', () => {
    const sealed = sealWish(clientOf(at, { cookieSecrets }), wish);
    expect(openWish(oauth42Client(at, { cookieSecrets }), sealed)).toEqual({});
    expect(openWish(clientOf(at, { cookieSecrets, clientID: 'another' }), sealed)).toEqual({});
  });

  test('L12: is nothing after ten minutes', () => {
    const clock = stopClock();
    const client = clientOf(at);
    const sealed = sealWish(client, wish);
    clock.pass(600_000);
    expect(openWish(client, sealed)).toEqual(wish);
    clock.pass(1);
    expect(openWish(client, sealed)).toEqual({});
  });

  test('L12: of what was sealed for another purpose there is none', () => {
    const client = clientOf(at);
    expect(openWish(client, client.sealer('csrf').seal('wish', JSON.stringify(wish)))).toEqual({});
  });
});
