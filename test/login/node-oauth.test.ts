import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FortyTwoStrategy } from '../../lib/index.js';
import { start } from '../builders/fake-provider.js';
import { oddServer, sendJSON } from '../builders/odd-server.js';
import { clientOf, logIn, refusalOf, type Site, startSite } from '../builders/site.js';

type Callback = (error: unknown, body?: string, answer?: { statusCode: number }) => void;
type TokenCallback = (error: unknown, accessToken?: string, refreshToken?: string, params?: unknown) => void;

/** What subclasses call on `_oauth2`. */
interface NodeOAuth {
  get(url: string, accessToken: string, callback: Callback): void;
  _request(
    method: string,
    url: string,
    headers: object,
    body: string,
    accessToken: string | null,
    callback: Callback,
  ): void;
  getOAuthAccessToken(code: string, params: object, callback: TokenCallback): void;
}

const { OAuth2 } = createRequire(import.meta.url)('oauth') as { OAuth2: { prototype: NodeOAuth } };
let trap: jest.SpiedFunction<NodeOAuth['_request']>;

beforeEach(() => {
  trap = jest.spyOn(OAuth2.prototype, '_request').mockImplementation(() => {
    throw new Error("node-oauth's own HTTP was called");
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

class Subclass extends FortyTwoStrategy {
  get oauth2(): NodeOAuth {
    return this._oauth2 as unknown as NodeOAuth;
  }
}

async function subclass(): Promise<Subclass> {
  const client = clientOf(await start());
  return new Subclass({ client, callbackURL: 'https://site.example/callback' }, () => false);
}

/** A site whose strategy is replaced by what `make` makes of a subclass. */
async function siteWith(
  override: (strategy: Subclass) => (accessToken: string, done: (...args: unknown[]) => void) => void,
): Promise<Site> {
  const site = await startSite(await start());
  const strategy = new Subclass({ client: site.client, callbackURL: site.callbackURL }, ({ profile }) => profile);
  strategy.userProfile = override(strategy);
  site.passport.use('42', strategy);
  return site;
}

describe("a subclass's own calls", () => {
  test('Z2: a whole login, its profile fetched through _oauth2, never uses its HTTP', async () => {
    const site = await siteWith((strategy) => (accessToken, done) => {
      strategy.oauth2.get(`${strategy.client.provider.issuer}/v2/me`, accessToken, (error, body = '') => {
        if (error) return done(error);
        const { id, login } = JSON.parse(body) as { id: number; login: string };
        return done(null, { id: String(id), login, theirs: true });
      });
    });
    expect(await (await logIn(site)).json()).toMatchObject({ user: { id: '4242', login: 'jdoe', theirs: true } });
    expect(trap).not.toHaveBeenCalled();
  });

  test('Z2: nor does an ordinary login', async () => {
    expect((await logIn(await startSite(await start()))).status).toBe(200);
    expect(trap).not.toHaveBeenCalled();
  });

  test('T12: the token goes out in the header alone', async () => {
    const server = await oddServer((res) => sendJSON(res, {}));
    const { oauth2 } = await subclass();
    await new Promise<void>((resolve) => oauth2.get(`${server.url}/theirs?a=b`, 'a-token', () => resolve()));
    expect(server.requests).toEqual([
      expect.objectContaining({
        url: '/theirs?a=b',
        headers: expect.objectContaining({
          authorization: 'Bearer a-token',
          'user-agent': expect.stringMatching(/^passport-fortytwo\//),
        }),
      }),
    ]);
  });

  test('a POST carries its body', async () => {
    const server = await oddServer((res) => sendJSON(res, { made: true }));
    const { oauth2 } = await subclass();
    const answer = await new Promise((resolve) =>
      oauth2._request('POST', `${server.url}/theirs`, { 'content-type': 'text/plain' }, 'hello', 'a-token', (...args) =>
        resolve(args),
      ),
    );
    expect(answer).toEqual([null, '{"made":true}', { statusCode: 200, headers: expect.any(Object) }]);
    expect(server.requests).toEqual([expect.objectContaining({ method: 'POST', body: 'hello' })]);
  });

  test('another method is refused rather than turned into a POST', async () => {
    const server = await oddServer((res) => sendJSON(res, {}));
    const { oauth2 } = await subclass();
    const [error] = await new Promise<unknown[]>((resolve) =>
      oauth2._request('DELETE', `${server.url}/theirs`, {}, '', 'a-token', (...args) => resolve(args)),
    );
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION' });
    expect(server.requests).toEqual([]);
  });

  test('T1: plain http beyond loopback is refused', async () => {
    const { oauth2 } = await subclass();
    const [error] = await new Promise<unknown[]>((resolve) =>
      oauth2.get('http://api.example/', 'a-token', (...args) => resolve(args)),
    );
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION' });
  });

  test('a refusal has the form that node-oauth gives it', async () => {
    const server = await oddServer((res) => sendJSON(res, { message: 'no' }, 403));
    const { oauth2 } = await subclass();
    const answer = await new Promise((resolve) => oauth2.get(`${server.url}/`, 'a-token', (...args) => resolve(args)));
    expect(answer).toEqual([{ statusCode: 403, data: '{"message":"no"}' }]);
  });

  test('a refresh through it works, and a code is not its business', async () => {
    const provider = await start();
    const strategy = new Subclass(
      { client: clientOf(provider), callbackURL: 'https://site.example/callback' },
      () => false,
    );
    const { refreshToken = '' } = provider.issueToken({ user: 'jdoe' });
    const ask = (code: string, params: object) =>
      new Promise<unknown[]>((resolve) =>
        strategy.oauth2.getOAuthAccessToken(code, params, (...args) => resolve(args)),
      );
    expect(await ask(refreshToken, { grant_type: 'refresh_token' })).toEqual([
      null,
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.objectContaining({ token_type: expect.stringMatching(/bearer/i), scope: 'public' }),
    ]);
    expect(await ask('unknown', { grant_type: 'refresh_token' })).toEqual([
      expect.objectContaining({ code: 'ERR_INVALID_GRANT' }),
    ]);
    expect(await ask('a-code', {})).toEqual([expect.objectContaining({ code: 'ERR_CONFIGURATION' })]);
    expect(trap).not.toHaveBeenCalled();
  });
});

describe('a userProfile of its own that throws', () => {
  const failure = new Error('a bug of theirs');

  test('L16: at once reaches next(error)', async () => {
    const site = await siteWith(() => () => {
      throw failure;
    });
    expect((await logIn(site)).status).toBe(500);
    expect(site.errors).toEqual([failure]);
  });

  test('L16: while it reads the answer of _oauth2 reaches next(error)', async () => {
    const site = await siteWith((strategy) => (accessToken, done) => {
      strategy.oauth2.get(`${strategy.client.provider.issuer}/v2/me`, accessToken, (error) => {
        if (error) return done(error);
        throw failure;
      });
    });
    expect((await logIn(site)).status).toBe(500);
    expect(site.errors).toEqual([failure]);
  });

  test('L16: while it reads what the inherited one fetched reaches next(error)', async () => {
    const site = await siteWith((strategy) => (accessToken, done) => {
      FortyTwoStrategy.prototype.userProfile.call(strategy, accessToken, (error) => {
        if (error) return done(error);
        throw failure;
      });
    });
    expect((await logIn(site)).status).toBe(500);
    expect(site.errors).toEqual([failure]);
  });

  test('an outage at the endpoint it asks is an outage', async () => {
    const provider = await start();
    const site = await startSite(provider);
    const strategy = new Subclass({ client: site.client, callbackURL: site.callbackURL }, ({ profile }) => profile);
    strategy.userProfile = (accessToken, done) => {
      strategy.oauth2.get(`${provider.url}/v2/me`, accessToken, (error, body = '') =>
        error ? done(error) : done(null, JSON.parse(body)),
      );
    };
    site.passport.use('42', strategy);
    provider.fault('/v2/me', { kind: 'status', status: 502 });
    expect(await refusalOf(await logIn(site))).toEqual([503, 'ERR_LOGIN_UNAVAILABLE']);
  });
});
