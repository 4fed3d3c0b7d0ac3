import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bearerOptions } from '../lib/bearer/config.js';
import { clientOptions } from '../lib/client/options.js';
import { fortyTwoMin, oauth42 } from '../lib/index.js';
import { strategyOptions } from '../lib/login/options.js';
import { adviceOn } from '../lib/providers/error-advice.js';
import { sessionOptions } from '../lib/session/options.js';
import { Browser } from './builders/browser.js';
import { complaintsAbout } from './builders/compiled-snippets.js';
import { site, start } from './builders/fake-provider.js';
import { consent, locationOf } from './builders/site.js';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'test/.readme');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);

/** What the shorter examples take as given: things that the ones before them made. */
const given = `
declare const app: import('express').Express;
declare const passport: import('passport').PassportStatic;
declare const client: import('passport-fortytwo').FortyTwoClient;
declare const fortyTwoClient: import('passport-fortytwo').FortyTwoClient;
declare const oauth42Client: import('passport-fortytwo').FortyTwoClient;
declare const loginSession: typeof import('passport-fortytwo').loginSession;
declare const clientID: string, clientSecret: string, callbackURL: string;
declare const at42: typeof client, at42min: typeof client, atOAuth42: typeof client, atSchool: typeof client;
declare const origin: string;
declare const newSecret: string, oldSecret: string;
declare const users: { upsert(profile: import('passport-fortytwo').Profile): Promise<Express.User> };
declare function profileOf(req: import('express').Request): import('passport-fortytwo').Profile;
declare const list: import('express').RequestHandler;
declare const session: typeof import('express-session'), secret: string;
declare const anyToken: typeof import('passport-fortytwo').anyToken;
declare const bearerAuth: typeof import('passport-fortytwo').bearerAuth;
declare const getAuth: typeof import('passport-fortytwo').getAuth;
declare const FortyTwoClient: typeof import('passport-fortytwo').FortyTwoClient;
declare const FortyTwoStrategy: typeof import('passport-fortytwo').FortyTwoStrategy;
declare const HttpsProxyAgent: new (url: string) => import('node:http').Agent;
declare function askForDigits(req: import('express').Request, res: import('express').Response, mfaToken: string): void;
declare function keptToken(req: import('express').Request): string;
type LoginInfo = import('passport-fortytwo').LoginInfo;
`;

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('README', () => {
  test('every TypeScript example compiles', () => {
    expect(examples.length).toBeGreaterThan(10);
    examples.forEach((code, index) => {
      writeFileSync(path.join(folder, `example-${index + 1}.ts`), `${code}\nexport {};\n`);
    });
    expect(complaintsAbout(folder, given)).toBe('');
  }, 60_000);

  test('the first example has fewer than forty lines', () => {
    expect(examples[0]?.trimEnd().split('\n').length).toBeLessThan(40);
  });

  test('the first example logs people in and back to their page, shows them their data, protects its API, and logs out, as printed', async () => {
    const fake = await start();
    const port = await freePort();
    const [code = ''] = examples;
    const runnable = code
      .replaceAll('3000', String(port))
      .replace(
        "from 'passport-fortytwo';",
        "from '../../lib/index.js';\nimport { fortyTwo } from '../../lib/index.js';",
      )
      .replace(
        '{ clientID, clientSecret }',
        `{ clientID, clientSecret, provider: fortyTwo({ baseURL: '${fake.url}' }) }`,
      )
      .replace('app.listen(', "await import('node:events').then(({ once }) => once(app.listen(")
      .replace(/(once\(app\.listen\(\d+)\);/, "$1), 'listening')); console.log('up');");
    writeFileSync(path.join(folder, 'quick-start.ts'), runnable);
    const server = spawn(process.execPath, ['--import', 'tsx', path.join(folder, 'quick-start.ts')], {
      cwd: root,
      env: {
        ...process.env,
        FORTYTWO_CLIENT_ID: site.clientID,
        FORTYTWO_CLIENT_SECRET: site.clientSecret,
        SESSION_SECRET: 'a session secret for this test',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(server.stdout, 'data');
      const url = `http://localhost:${port}`;
      const browser = new Browser({ tellsSource: true });
      const sent = await browser.get(`${url}/profile`);
      await browser.get(await consent(browser, locationOf(sent)));
      expect(browser.url).toBe(`${url}/profile`);
      expect(JSON.parse(browser.html)).toMatchObject({ provider: '42', id: '4242', username: 'jdoe' });
      await browser.get(`${url}/projects`);
      expect(JSON.parse(browser.html)).toEqual(
        expect.arrayContaining([expect.objectContaining({ status: 'finished' })]),
      );

      const call = (headers: Record<string, string>) => fetch(`${url}/api/projects`, { headers });
      const { accessToken } = fake.issueToken({ user: 'jdoe', scope: 'public projects' });
      expect((await call({})).status).toBe(401);
      expect((await call({ authorization: `Bearer ${accessToken}` })).status).toBe(200);

      await browser.post(`${url}/logout`, {});
      expect((await browser.fetch(`${url}/profile`)).headers.get('location')).toBe('/auth/42?returnTo=%2Fprofile');
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  }, 60_000);

  test('names every error code', () => {
    const files = readdirSync(path.join(root, 'lib/errors'));
    const errors = files.map((file) => readFileSync(path.join(root, 'lib/errors', file), 'utf8')).join('');
    const codes = [...new Set(errors.match(/\bERR_[A-Z_]+\b/g))];
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });

  test.each([
    ['FortyTwoStrategy', strategyOptions],
    ['bearerAuth', bearerOptions],
    ['FortyTwoClient', clientOptions],
    ['loginSession', sessionOptions],
  ])('names every option of %s', (_, table) => {
    const options = Object.keys(table);
    expect(options.length).toBeGreaterThan(8);
    expect(options.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  test.each([
    [
      '42min',
      fortyTwoMin(),
      ['access_denied', 'invalid_grant', 'invalid_token', ...Object.keys(fortyTwoMin().errorAdvice)],
    ],
    [
      'OAuth42',
      oauth42(),
      [
        'invalid_request',
        'invalid_client',
        'invalid_grant',
        'unauthorized_client',
        'unsupported_grant_type',
        'invalid_scope',
        'access_denied',
        ...Object.keys(oauth42().errorAdvice),
      ],
    ],
  ])('says of every error that %s documents what to do, in the words of the errors', (title, provider, errors) => {
    const [, section = ''] = readme.split(`\n### ${title}\n`);
    const rows = section.slice(0, section.search(/\n##/)).split('\n');
    expect(errors.length).toBeGreaterThan(4);
    const untold = errors.filter((error) => {
      const advice = String(adviceOn(provider, error));
      return !rows.some((row) => row.startsWith(`| \`${error}\``) && row.includes(`| ${advice}`));
    });
    expect(untold).toEqual([]);
  });

  test('has no link to a heading that is not there', () => {
    const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.filter((anchor) => !headings.includes(anchor ?? ''))).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
