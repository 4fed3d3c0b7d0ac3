import { expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { logIn, startSite } from '../builders/site.js';

test('a person logs in and the site knows the profile', async () => {
  const site = await startSite(await start());
  const answer = await logIn(site);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ user: { login: 'jdoe' }, info: { returnTo: '/', missingScopes: [] } });
});
