import { expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

test('S7: an access token that came without a refresh token is revoked at the logout too', async () => {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)] });
  const browser = visitor();
  const { accessToken } = provider.issueToken();
  const body = { access_token: accessToken, token_type: 'bearer', expires_in: 7200, scope: 'public' };
  provider.fault('/oauth/token', { kind: 'json', body }, 1);
  await visit(site, '/form', { browser });
  await browser.press('Log out');
  await site.session.settle();
  const revoked = provider.requests.filter(({ path }) => path === '/oauth/revoke');
  expect(revoked.map((request) => new URLSearchParams(request.body).get('token'))).toEqual([accessToken]);
});
