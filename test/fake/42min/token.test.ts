import { describe, expect, test } from '@jest/globals';
import { clock, errorOf, redirectURI } from '../../builders/fake-provider.js';
import { fortyTwoMin } from '../../builders/strict-providers.js';

const { site, other } = fortyTwoMin;

describe('what 42min issues', () => {
  test('a code and tokens have the form and the prefixes of 42min', async () => {
    const provider = await fortyTwoMin.start();
    const code = fortyTwoMin.issueCode(provider, { scope: 'bookings:write' });
    expect(code).toMatch(/^42min_ac_\w{48}$/);
    const answer = await fortyTwoMin.redeem(provider, code);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^42min_at_\w{48}$/),
      refresh_token: expect.stringMatching(/^42min_rt_\w{48}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'bookings:create bookings:cancel bookings:reschedule bookings:update',
    });
    expect(site.clientID).toMatch(/^42min_\w{24}$/);
    expect(other.clientID).toMatch(/^42min_\w{24}$/);
    expect(site.clientSecret).toMatch(/^42min_cs_\w{48}$/);
  });

  test('a refresh token lives for 60 days', async () => {
    const { now, pass } = clock();
    const provider = await fortyTwoMin.start({ now });
    const [one, two] = [provider.issueToken(), provider.issueToken()];
    pass(60 * 24 * 3600 - 1);
    expect((await fortyTwoMin.refresh(provider, one.refreshToken)).status).toBe(200);
    pass(1);
    expect(await errorOf(await fortyTwoMin.refresh(provider, two.refreshToken))).toEqual([400, 'invalid_grant']);
  });

  test('there are no client credentials, not as a shortcut either', async () => {
    const provider = await fortyTwoMin.start();
    const answer = await fortyTwoMin.post(provider, 'token', { grant_type: 'client_credentials' });
    expect(await errorOf(answer)).toEqual([400, 'unsupported_grant_type']);
    expect(() => provider.issueToken({ user: null })).toThrow('no client credentials');
  });

  test('a code without a challenge cannot be made, nor one for a foreign redirect URI', async () => {
    const provider = await fortyTwoMin.start();
    const uri = { user: 'jdoe', redirectURI: fortyTwoMin.redirectURI };
    expect(() => provider.issueCode({ ...uri, codeChallenge: '' })).toThrow('PKCE is mandatory');
    const foreign = { user: 'jdoe', redirectURI: 'https://evil.example/', codeChallenge: 'x'.repeat(43) };
    expect(() => provider.issueCode(foreign)).toThrow('redirectURIs of the client');
    expect(provider.issueCode({ user: 'jdoe', redirectURI, codeChallenge: 'x'.repeat(43) })).toMatch(/^42min_ac_/);
  });
});
