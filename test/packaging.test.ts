import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { Browser } from './builders/browser.js';
import { site as siteClient, start } from './builders/fake-provider.js';
import { consent, locationOf } from './builders/site.js';

// The tarball is tested, as npm would publish it, in a folder that has nothing but what package.json promises.

const root = path.resolve(import.meta.dirname, '..');
const { dependencies, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  version: string;
};
const rolldown = path.join(root, 'node_modules/rolldown/bin/cli.mjs');
const tsc = path.join(root, 'node_modules/@typescript/native/lib/tsc.js');
const folder = mkdtempSync(path.join(tmpdir(), 'passport-fortytwo-'));
const tarball = path.join(folder, `packed/passport-fortytwo-${version}.tgz`);
const installed = path.join(folder, 'site/node_modules/passport-fortytwo');

beforeAll(() => {
  const packed = path.join(folder, 'packed');
  mkdirSync(packed);
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    cpSync(path.join(root, file), path.join(packed, file));
  }
  // As `npm run build` does.
  run(root, rolldown, '-c', 'lib/rolldown.config.js', '-d', path.join(packed, 'dist'));
  run(root, tsc, '-p', 'lib', '--outDir', path.join(packed, 'dist'));
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: packed });
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '--strip-components=1', '-C', installed]);
  const ownChoice = [
    'express',
    'passport',
    'express-session',
    'cookie-session',
    'passport-42',
    '@types/node',
    '@types/passport',
  ];
  for (const name of [...Object.keys(dependencies), ...ownChoice]) link(name);
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function link(name: string): void {
  const place = path.join(folder, 'site/node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(path.join(root, 'node_modules', name), place, 'junction');
}

/** Runs Node; resolves with what it wrote, complaints included. */
function run(cwd: string, ...args: string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(stdout + stderr);
  }
}

const site = path.join(folder, 'site');

function bytes(): ArrayBuffer {
  return new Uint8Array(readFileSync(tarball)).buffer;
}

describe('the tarball', () => {
  test('holds what a user needs, and no sources or tests', () => {
    const files = execFileSync('find', ['.', '-type', 'f'], { cwd: installed, encoding: 'utf8' }).trim().split('\n');
    const others = files.filter((file) => !/^\.\/dist\/[\w/-]+\.(js|d\.ts)$/.test(file));
    expect(others.sort()).toEqual(['./CHANGELOG.md', './LICENSE', './README.md', './package.json']);
    expect(files).toContain('./dist/index.js');
  });

  test('has one file of code for the main entry, named classes in it, and says its version', () => {
    const code = execFileSync('find', ['dist', '-name', '*.js'], { cwd: installed, encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(code.filter((file) => !file.startsWith('dist/fake/')).sort()).toEqual([
      'dist/cli/main.js',
      'dist/express.js',
      'dist/index.js',
    ]);
    const script = `
      const all = require('passport-fortytwo');
      const classes = Object.entries(all).filter(([, value]) => /^class\\b/.test(String(value)));
      console.log(classes.length > 10, classes.filter(([key, { name }]) => key !== name).map(([key]) => key).sort().join());
      http.createServer((req, res) => { console.log(req.headers['user-agent']); res.end('{}'); }).listen(0, '127.0.0.1', async function () {
        const provider = all.fortyTwo({ baseURL: 'http://127.0.0.1:' + this.address().port });
        await new all.FortyTwoClient({ clientID: 'a', clientSecret: 'b', provider }).get('/v2/me', 'token');
        process.exit();
      });`;
    expect(run(site, '-e', script).trim().split('\n')).toEqual([
      'true Strategy,default',
      `passport-fortytwo/${version} (node ${process.versions.node})`,
    ]);
  });

  test('runs its command', () => {
    expect(run(site, path.join(installed, 'dist/cli/main.js'), '--help')).toContain('Usage: passport-fortytwo');
    expect(readFileSync(path.join(installed, 'dist/cli/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test('publint has nothing to say about it', async () => {
    const { pkg, messages } = await publint({ pack: { tarball: bytes() }, strict: true });
    expect(pkg.name).toBe('passport-fortytwo');
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('arethetypeswrong finds that it is ESM alone, as README says, and nothing else', async () => {
    const found = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes())));
    if (found.types === false) throw new Error('no types in the tarball');
    expect(Object.keys(found.entrypoints)).toEqual(['.', './testing', './express', './package.json']);
    const problems = found.problems.map((problem) =>
      'entrypoint' in problem ? `${problem.entrypoint} ${problem.resolutionKind}: ${problem.kind}` : problem,
    );
    expect(problems.sort()).toEqual(
      [
        // Node can require() ES modules from 20.19 on, which `engines` asks for; the test after this one does it.
        ...['.', './testing', './express'].map((entry) => `${entry} node16-cjs: CJSResolvesToESM`),
        // TypeScript's `moduleResolution: node10` is older than `exports`, knows no entry but the main one, and is gone in 7.
        ...['./testing', './express'].map((entry) => `${entry} node10: NoResolution`),
      ].sort(),
    );
  }, 60_000);

  test('CommonJS can require it, without a warning', () => {
    const script = `
      process.on('warning', (warning) => console.log(String(warning)));
      const { Strategy, FortyTwoStrategy, default: byDefault, bearerAuth, Profile } = require('passport-fortytwo');
      const OAuth2Strategy = require('passport-oauth2');
      console.log(Strategy === FortyTwoStrategy, Strategy === byDefault, typeof bearerAuth, typeof Profile.parse);
      console.log(Object.create(Strategy.prototype) instanceof OAuth2Strategy);
      console.log(typeof require('passport-fortytwo/testing').startFakeProvider);
      console.log(Object.keys(require('passport-fortytwo/express')).length, require('passport-fortytwo/package.json').name);`;
    expect(run(site, '-e', script).trim().split('\n')).toEqual([
      'true true function function',
      'true',
      'function',
      '0 passport-fortytwo',
    ]);
  });

  test('so can ES modules', () => {
    const script = `
      import byDefault, { Strategy } from 'passport-fortytwo';
      import * as all from 'passport-fortytwo';
      console.log(byDefault === Strategy, Object.keys(all).length > 10);`;
    expect(run(site, '--input-type=module', '-e', script).trim()).toBe('true true');
  });

  test('F1: the main entry works where the fake is not even there', () => {
    const bare = path.join(folder, 'site-without-fake');
    cpSync(site, bare, { recursive: true, verbatimSymlinks: true });
    rmSync(path.join(bare, 'node_modules/passport-fortytwo/dist/fake'), { recursive: true });
    expect(run(bare, '-e', "console.log(typeof require('passport-fortytwo').Strategy)").trim()).toBe('function');
    expect(() => run(bare, '-e', "require('passport-fortytwo/testing')")).toThrow('Cannot find module');
  });

  test('F1: and the fake does not start in production', () => {
    const script = `
      process.env.NODE_ENV = 'production';
      import('passport-fortytwo/testing').then(({ startFakeProvider }) => startFakeProvider()).catch(({ code }) => console.log(code));`;
    expect(run(site, '-e', script).trim()).toBe('ERR_FAKE_IN_PRODUCTION');
  });
});

describe('its types', () => {
  const body = `
    passport.use(new Strategy({ clientID: 'a', clientSecret: 'b', callbackURL: 'https://site.example/cb' },
      (accessToken: string, refreshToken: string, profile: Profile, done: Verified) => done(null, { id: profile.id })));
    const client = new FortyTwoClient({ clientID: 'a', clientSecret: 'b' });
    const { requireBearer } = bearerAuth({ client });
    const app = express();
    app.get('/', requireBearer('projects'), (req, res) => { res.json(getAuth(req).scopes); });
    const failure: LoginErrorCode = 'ERR_LOGIN_DENIED';
    const broken: LoginErrorCode = 'ERR_LOGIN_UNKNOWN';
    console.log(failure, broken);`;
  const names = 'bearerAuth, FortyTwoClient, getAuth, type LoginErrorCode, type Profile, Strategy, type Verified';
  const consumers = {
    'consumer.cts': `import express = require('express');\nimport passport = require('passport');\nimport { ${names} } from 'passport-fortytwo';`,
    'consumer.mts': `import express from 'express';\nimport passport from 'passport';\nimport { ${names} } from 'passport-fortytwo';`,
  };

  test.each(Object.entries(consumers))(
    'resolve from %s, and know right from wrong',
    (file, imports) => {
      writeFileSync(path.join(site, 'package.json'), '{}');
      writeFileSync(path.join(site, file), imports + body);
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--types',
        'node',
        '--skipLibCheck',
        'false',
      ];
      let complaints = '';
      try {
        run(site, tsc, ...options, file);
      } catch (error) {
        complaints = (error as Error).message;
      }
      expect(complaints.trim().split('\n')).toEqual([expect.stringContaining(`TS2322: Type '"ERR_LOGIN_UNKNOWN"'`)]);
    },
    60_000,
  );
});

describe('a CommonJS site written for passport-42', () => {
  const stops: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });

  /** Starts the site in a process of its own; resolves with its origin. */
  async function startProcess(
    packageName: string,
    providerURL: string,
  ): Promise<{ origin: string; alive: () => boolean }> {
    const script = path.join(site, 'site.cjs');
    cpSync(path.join(root, 'test/builders/classic-site.cjs'), script);
    const { clientID, clientSecret } = siteClient;
    const args = ['--no-deprecation', script, packageName, providerURL, clientID, clientSecret];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    stops.push(async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { origin: String(line).trim(), alive: () => child.exitCode === null };
  }

  /** Logs in up to the redirect back to the site. */
  async function comeBack(browser: Browser, origin: string, user: string): Promise<string> {
    return consent(browser, locationOf(await browser.fetch(`${origin}/auth/42`)), user);
  }

  test.each(['passport-42', 'passport-fortytwo'])('logs people in with %s', async (packageName) => {
    const { origin } = await startProcess(packageName, (await start()).url);
    const browser = new Browser();
    const answer = await browser.get(await comeBack(browser, origin, 'jdoe'));
    expect(await answer.json()).toEqual({ id: '4242', login: 'jdoe' });
  });

  test('L16: a verify that rejects without a reason is answered, lets nobody in, and the process lives', async () => {
    const { origin, alive } = await startProcess('passport-fortytwo', (await start()).url);
    const browser = new Browser();
    const answer = await browser.get(await comeBack(browser, origin, 'msmith'));
    expect([answer.status, alive()]).toEqual([500, true]);
    expect(await (await browser.get(`${origin}/`)).json()).toBeNull();
  });

  test('L15: cookie-session is named as the reason, and the process lives', async () => {
    const { origin, alive } = await startProcess('passport-fortytwo', (await start()).url);
    const browser = new Browser();
    const { search } = new URL(await comeBack(browser, origin, 'jdoe'));
    const answer = await browser.fetch(`${origin}/cookies/callback${search}`);
    expect(await answer.json()).toEqual({
      code: 'ERR_LOGIN_SESSION',
      message: expect.stringContaining('express-session'),
    });
    expect(alive()).toBe(true);
  });
});
