import { describe, expect, test } from '@jest/globals';
import { openLoginRequest, sealLoginRequest } from '../../lib/login/login-request.js';
import { oauth42Client } from '../builders/oauth42-site.js';
import { clientOf } from '../builders/site.js';
import { stopClock } from '../builders/stopped-clock.js';

const at = { url: 'http://127.0.0.1:1' };
const cookieSecrets = ['a cookie secret of thirty-two chars'];
const request = { scope: ['projects'], again: true, linkTo: 'a login' };

describe('a login request of the site', () => {
  test('L12: opens as it was sealed, for the client that it is for', () => {
    const client = clientOf(at);
    expect(openLoginRequest(client, sealLoginRequest(client, request))).toEqual(request);
    expect(openLoginRequest(client, sealLoginRequest(client, {}))).toEqual({});
  });

  test('L12: is nothing once it was changed, or made up', () => {
    const client = clientOf(at);
    const sealed = sealLoginRequest(client, request);
    for (const forged of [`${sealed.slice(0, -2)}AA`, sealed.slice(4), '', 'x', JSON.stringify(request)]) {
      expect(openLoginRequest(client, forged)).toEqual({});
    }
  });

  test('L12: is nothing to another site, whose secret is another', () => {
    expect(openLoginRequest(clientOf(at, { cookieSecrets }), sealLoginRequest(clientOf(at), request))).toEqual({});
  });

  test('L12: is nothing to another client of the site, though they share their secrets', () => {
    const sealed = sealLoginRequest(clientOf(at, { cookieSecrets }), request);
    expect(openLoginRequest(oauth42Client(at, { cookieSecrets }), sealed)).toEqual({});
    expect(openLoginRequest(clientOf(at, { cookieSecrets, clientID: 'another' }), sealed)).toEqual({});
  });

  test('L12: is nothing after ten minutes', () => {
    const clock = stopClock();
    const client = clientOf(at);
    const sealed = sealLoginRequest(client, request);
    clock.pass(600_000);
    expect(openLoginRequest(client, sealed)).toEqual(request);
    clock.pass(1);
    expect(openLoginRequest(client, sealed)).toEqual({});
  });

  test('L12: of what was sealed for another purpose there is none', () => {
    const client = clientOf(at);
    expect(openLoginRequest(client, client.sealer('csrf').seal('login_request', JSON.stringify(request)))).toEqual({});
  });
});
