import { describe, expect, test } from '@jest/globals';
import { FortyTwoStrategy } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { type LoginSiteOptions, startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf, refusalOf } from '../builders/site.js';

/** A site whose strategy was given a client of its own, of the same application. */
async function misled(options: Partial<LoginSiteOptions> = {}) {
  const provider = await start();
  const site = await startLoginSite({ clients: [clientOf(provider)], ...options });
  const callbackURL = `${site.url}/auth/42/callback`;
  site.passport.use(new FortyTwoStrategy({ client: clientOf(provider), callbackURL }, ({ profile }) => profile));
  return site;
}

describe('a strategy with another client than loginSession', () => {
  test('is named by the error that ends the login', async () => {
    const site = await misled();
    expect(await refusalOf(await visit(site, '/profile'))).toEqual([500, 'ERR_CONFIGURATION']);
    expect(site.errors[0]?.message).toMatch('give the strategy the client that loginSession has');
  });

  test('is named where the site has serializers of its own, rather than people sent in circles', async () => {
    const site = await misled({
      users: (passport) => {
        passport.serializeUser((_user, done) => done(null, 'jdoe'));
        passport.deserializeUser((_id, done) => done(null, { name: 'jdoe' } as Express.User));
      },
    });
    const browser = visitor();
    expect(await refusalOf(await visit(site, '/profile', { browser }))).toEqual([500, 'ERR_CONFIGURATION']);
    expect(site.errors[0]?.message).toMatch('give the strategy the client that loginSession has');
    expect((await visitor().fetch(`${site.url}/profile`)).status).toBe(303);
  });
});

describe('a site that forgot install', () => {
  test('is told so at the first login', async () => {
    const site = await startLoginSite({ clients: [clientOf(await start())], users: () => undefined });
    expect(await refusalOf(await visit(site, '/profile'))).toEqual([500, 'ERR_CONFIGURATION']);
    expect(site.errors[0]?.message).toMatch('call install(passport)');
  });
});
