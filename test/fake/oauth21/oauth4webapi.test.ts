import { expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { fakeOAuth42Users } from '../../../lib/fake/index.js';
import { verifier } from '../../builders/fake-provider.js';
import { fortyTwoMin, oauth42 } from '../../builders/strict-providers.js';

const loopback = { [oauth.allowInsecureRequests]: true };

test.each([
  { strict: oauth42, algorithm: 'oidc', expectedNonce: 'a nonce' },
  { strict: fortyTwoMin, algorithm: 'oauth2', expectedNonce: undefined },
] as const)(
  'oauth4webapi discovers $strict.name, logs in, refreshes, introspects and revokes',
  async ({ strict, algorithm, expectedNonce }) => {
    const provider = await strict.start({ issInCallback: true });
    const issuer = new URL(provider.url);
    const discovered = await oauth.discoveryRequest(issuer, { algorithm, ...loopback });
    const server = await oauth.processDiscoveryResponse(issuer, discovered);
    const client = { client_id: strict.site.clientID };
    const authentication = oauth.ClientSecretPost(strict.site.clientSecret ?? '');

    const callback = await strict.logIn(provider, 'jdoe', { nonce: expectedNonce });
    const params = oauth.validateAuthResponse(server, client, callback, 'a state & more');
    const { redirectURI } = strict;
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      params,
      redirectURI,
      verifier,
      loopback,
    );
    const checks = expectedNonce === undefined ? {} : { expectedNonce, maxAge: 60, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, checks);
    if (algorithm === 'oidc') {
      await oauth.validateApplicationLevelSignature(server, answer, loopback);
      const { sub } = fakeOAuth42Users.student.profile;
      const asked = await oauth.userInfoRequest(server, client, tokens.access_token, loopback);
      expect(await oauth.processUserInfoResponse(server, client, sub, asked)).toMatchObject({
        sub,
        given_name: 'Élodie',
      });
    }

    const { refresh_token: refreshToken = '' } = tokens;
    const renewed = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, loopback);
    const { access_token: token } = await oauth.processRefreshTokenResponse(server, client, renewed);
    const introspect = async () => {
      const described = await oauth.introspectionRequest(server, client, authentication, token, loopback);
      return oauth.processIntrospectionResponse(server, client, described);
    };
    expect(await introspect()).toMatchObject({ active: true, client_id: client.client_id });
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, client, authentication, token, loopback),
    );
    expect(await introspect()).toEqual({ active: false });
  },
);
