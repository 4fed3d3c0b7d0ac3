import https from 'node:https';
import fc from 'fast-check';
import { discoverProvider, FortyTwoClient, type Provider } from '../../../lib/index.js';
import { secureURL } from '../../../lib/secure-url.js';
import { oddServer } from '../../builders/odd-server.js';
import { openidDocument } from '../../builders/publisher.js';
import { bodyChanges, changedBody } from '../arbitraries/json.js';
import { changed, hostileText, textChanges } from '../arbitraries/text.js';
import { callCodes, demand, outcomeOf, outcomeOfSync } from '../outcome.js';
import { property } from '../property.js';
import { answer } from './token-endpoint.js';

const INSIDE = [
  'http://id.example/x',
  'http://127.0.0.1:1/x',
  'http://localhost/x',
  'https://localhost/x',
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://user:pass@id.example/x',
  'https://id.example/x#f',
  'ftp://id.example',
  '//id.example/x',
  'javascript:alert(1)',
  'https://other.example/token',
];
const likely = [
  ...INSIDE,
  ['https://id.example/x'],
  'RS256',
  'HS256',
  'none',
  ['none'],
  ['RS256'],
  'client_secret_post',
  true,
  'true',
];

/** A server at an address of the internet, so to speak: the agent finds it on this machine. */
async function remoteIssuer() {
  let given = { status: 200, type: 'application/json', make: (_issuer: string) => '' };
  const server = await oddServer(
    (res, { url, headers }) => {
      const issuer = `https://${headers.host}${url.replace(/\/?\.well-known\/[\w-]+/, '')}`;
      res.writeHead(given.status, { 'content-type': given.type });
      res.end(given.status === 204 || given.status === 304 ? undefined : given.make(issuer));
    },
    { tls: true },
  );
  const agent = new https.Agent({
    keepAlive: true,
    rejectUnauthorized: false,
    lookup: (_host, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  });
  const answerWith = (next: typeof given) => {
    given = next;
  };
  return { issuer: `https://id.example:${new URL(server.url).port}`, agent, answerWith, count: 0 };
}

function assertOutside(urls: readonly (string | undefined)[]): void {
  for (const text of urls) {
    if (text === undefined) continue;
    const { protocol, hostname, username, password, hash } = new URL(text);
    demand(
      protocol === 'https:' && `${username}${password}${hash}` === '',
      'an endpoint that no token may travel to',
      text,
    );
    demand(!/^(localhost|\[::1\]|127\.[\d.]+)$/.test(hostname), 'an endpoint inside of this machine', text);
  }
}

function endpointsOf(provider: Provider): (string | undefined)[] {
  const { authorizationEndpoint, tokenEndpoint, introspectionEndpoint, revocationEndpoint, profileEndpoint, openid } =
    provider;
  return [
    authorizationEndpoint,
    tokenEndpoint,
    introspectionEndpoint,
    revocationEndpoint,
    profileEndpoint,
    openid?.jwksURI,
  ];
}

// Documents that were good are kept for an hour, for as many issuers as there are.
const ISSUERS = 2_000;

export const discoveryProperties = [
  property(
    'Z5: whatever a server says of itself makes a provider all of whose endpoints are its own to name, or a typed error',
    {
      runs: 300,
      prepare: remoteIssuer,
      cases: fc.record({
        answer: answer(200),
        body: bodyChanges(likely),
        by: fc.constantFrom('discoverProvider', 'client'),
      }),
      reaches: ['a provider', 'ERR_PROVIDER_RESPONSE', 'ERR_PROVIDER_STATUS'],
      async check({ answer: { status, type }, body, by }, context) {
        const { issuer: origin, agent, answerWith } = context;
        context.count += 1;
        const issuer = `${origin}/${context.count % ISSUERS}`;
        answerWith({ status, type, make: (named) => changedBody(openidDocument(named.replace(/\/$/, '')), body) });
        if (by === 'discoverProvider') {
          const { value: provider, code } = await outcomeOf([...callCodes, 'ERR_CONFIGURATION'], () =>
            discoverProvider(issuer, { agent }),
          );
          if (code !== undefined) return code;
          demand(provider.issuer === issuer, 'another issuer', provider.issuer);
          assertOutside(endpointsOf(provider));
          return 'a provider';
        }
        // The client reads it by itself, over a provider that is known already.
        answerWith({ status: 200, type: 'application/json', make: (named) => JSON.stringify(openidDocument(named)) });
        const known = await discoverProvider(`${origin}/known`, { agent });
        answerWith({ status, type, make: (named) => changedBody(openidDocument(named), body) });
        const client = new FortyTwoClient({
          clientID: 'a',
          clientSecret: 'a secret of thirty-two characters',
          provider: known,
          agent,
        });
        const { code } = await outcomeOf(callCodes, () => client.discover());
        demand(client.issuer === `${origin}/known`, 'another issuer', client.issuer);
        const request = { redirectURI: 'https://site.example/cb', scope: ['openid'], state: 's', codeChallenge: 'c' };
        assertOutside([client.authorizationURL(request)]);
        return code ?? 'a provider';
      },
    },
  ),

  property(
    'T1: a URL that tokens may travel to is https or loopback, without credentials or fragment, or ERR_CONFIGURATION',
    {
      runs: 1_000,
      cases: fc.oneof(
        {
          weight: 3,
          arbitrary: fc
            .tuple(
              fc.constantFrom('https://id.example/a', 'http://127.0.0.1:3000/', 'http://localhost', ...INSIDE),
              textChanges(),
            )
            .map(([url, changes]) => changed(url, changes)),
        },
        {
          weight: 2,
          arbitrary: fc
            .tuple(
              fc.constantFrom('http://', 'HTTP:', 'http:\\\\', 'http:/'),
              fc.constantFrom(
                '127.1',
                '0x7f.1',
                '127.0.0.1.evil.example',
                'localhost.evil.example',
                'localhost.',
                '[::ffff:127.0.0.1]',
                '2130706433',
                '127.0.0.1@evil.example',
                '0.0.0.0',
                '１２７.0.0.1',
              ),
            )
            .map((parts) => parts.join('')),
        },
        { weight: 1, arbitrary: hostileText() },
      ),
      reaches: ['a URL', 'ERR_CONFIGURATION'],
      check(text) {
        const { value: url, code } = outcomeOfSync(['ERR_CONFIGURATION'], () => secureURL('fuzz', text));
        if (code !== undefined) return code;
        const isLoopback = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname);
        demand(
          url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback),
          'in clear to another machine',
          url.href,
        );
        demand(`${url.username}${url.password}${url.hash}` === '', 'credentials or a fragment', url.href);
        return 'a URL';
      },
    },
  ),
];
