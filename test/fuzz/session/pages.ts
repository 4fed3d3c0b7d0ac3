import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { ask } from '../../builders/api.js';
import { startExample } from '../../builders/example-site.js';
import { changed, hostileText, inHeader, textChanges } from '../arbitraries/text.js';
import { demand } from '../outcome.js';
import { property } from '../property.js';
import { assertTyped, loggedIn } from './own-requests.js';

const cookie = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'fortytwo-just-in',
          '__Host-fortytwo-just-in',
          'fortytwo-login.0',
          'connect.sid',
          'fortytwo',
          '__proto__',
        ),
        fc.oneof(fc.constant('1'), fc.constantFrom('', '0', '"1"', '%31', 's:x.y'), hostileText(20)),
      )
      .map(([name, value]) => `${name}=${value}`),
  },
  { weight: 1, arbitrary: hostileText() },
);
const cookies = fc.array(cookie, { maxLength: 5 }).map((list) => inHeader(list.join('; ')));
const asBrowser = ['accept', 'text/html', 'sec-fetch-dest', 'document', 'sec-fetch-mode', 'navigate'];

const target = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'http://',
      'http://[',
      'http://[::1',
      'http://a:b/',
      'http://a:99999/x',
      'https://%00/',
      'http://x/../..',
      'ftp:x',
      '*',
      '//',
      '//x',
      '/\\x',
      'x',
      ':80',
      '@',
      '/%',
      '/%zz?%',
      '/auth/42/callback?code=x&state=%',
      '/profile#x',
      'http://evil.example/profile',
      'javascript:1',
      '/__proto__',
      '/auth/__proto__',
    ),
  },
  {
    weight: 3,
    arbitrary: textChanges().map((changes) => changed('http://localhost:3000/auth/42?returnTo=/x', changes)),
  },
  { weight: 2, arbitrary: textChanges().map((changes) => changed('/auth/42/callback?code=x&state=y', changes)) },
  { weight: 1, arbitrary: hostileText(30) },
  { weight: 1, arbitrary: hostileText(30).map((text) => `http://${text}`) },
);

/** The status of the answer to a request whose target goes out as it is; 400 where Node itself refuses the line. */
async function statusFor(port: number, asked: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  // Not ended from here: Node gives up a request whose sender has gone.
  socket.write(
    `GET ${asked} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
    'latin1',
  );
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
}

export const pageProperties = [
  property(
    'S13: whatever cookies somebody plants, a page is shown to who is logged in, and others are sent to the login',
    {
      runs: 150,
      prepare: loggedIn,
      cases: fc.record({ cookies, isLoggedIn: fc.boolean(), first: fc.boolean() }),
      reaches: ['the page', 'the login'],
      async check({ cookies: planted, isLoggedIn, first }, { site, cookie: own }) {
        // Of two cookies of one name the first counts, so that a planted session may well be the one that does.
        const isHidden = first && /(^|;)\s*connect\.sid\s*=/.test(planted);
        const parts = isLoggedIn ? (first ? [planted, own] : [own, planted]) : [planted];
        const answer = await ask(`${site.url}/profile`, {
          headers: ['cookie', parts.filter((part) => part !== '').join('; '), ...asBrowser],
        });
        assertTyped(site);
        if (answer.status === 200) {
          demand(isLoggedIn, 'the page, for nobody', planted);
          return 'the page';
        }
        demand(
          answer.status === 303 && String(answer.headers.location).startsWith('/auth/42'),
          'neither the page nor the login',
          { status: answer.status, text: answer.text },
        );
        demand(!isLoggedIn || isHidden, 'who is logged in was sent away', planted);
        return 'the login';
      },
    },
  ),

  property('Z6: whatever target a request has, the example site answers it with no status of 500 or above', {
    runs: 200,
    prepare: () => startExample(),
    cases: target,
    reaches: ['400', '404'],
    async check(given, { port }) {
      // What ends the line makes another request of it.
      const asked = given.replace(/[\s\0]/g, '') || '/';
      const status = await statusFor(port, asked);
      demand(status > 0 && status < 500, `answered with ${status}`, asked);
      return String(status);
    },
  }),
];
