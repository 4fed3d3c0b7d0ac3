import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function command(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/cli/main.ts', ...args], {
    env: { ...process.env, NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const run = { child, stdout: '', stderr: '', ended: once(child, 'close').then(([code]: number[]) => code) };
  child.stdout.on('data', (chunk) => {
    run.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.stderr += chunk;
  });
  return run;
}

async function printed(run: ReturnType<typeof command>, text: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = text.exec(run.stdout);
    if (match !== null) return match;
    await once(run.child.stdout ?? run.child, 'data');
  }
}

describe('passport-fortytwo fake', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, then exits with 0', async (signal) => {
    const run = command(['fake', '--port', '0', '--redirect-uri', 'https://one.example/cb', '--redirect-uri', 'x:y']);
    const [, url] = await printed(run, /(http:\/\/127\.0\.0\.1:\d+)\s.*curl/s);
    expect((await fetch(`${url}/`)).status).toBe(200);
    for (const text of ['client id', 'client secret', 'https://one.example/cb', 'x:y', 'jdoe, msmith, noname']) {
      expect(run.stdout).toContain(text);
    }
    run.child.kill(signal);
    expect(await run.ended).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('the printed curl line gets a token', async () => {
    const run = command(['fake', '--port', '0', '--rate-limit']);
    const [, url = '', id = '', secret = ''] = await printed(
      run,
      /curl (\S+\/oauth\/token)\s.*-d client_id=(\S+).*-d client_secret=(\S+)\n/s,
    );
    const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    const { access_token } = (await answer.json()) as { access_token: string };
    const list = await fetch(new URL('/v2/cursus', url), { headers: { authorization: `Bearer ${access_token}` } });
    expect(list.headers.get('x-secondly-ratelimit-limit')).toBe('2');
  });

  test('--provider 42min serves 42min, and the printed curl line shows who a personal token belongs to', async () => {
    const run = command(['fake', '--port', '0', '--provider', '42min', '--redirect-uri', 'https://one.example/cb']);
    const [, url = '', token = ''] = await printed(run, /curl (\S+\/v1\/me) -H "Authorization: Bearer (\S+)"/);
    expect(run.stdout).toContain('A fake 42min API');
    for (const text of ['42min_cs_', 'public client', 'https://one.example/cb', 'compared exactly']) {
      expect(run.stdout).toContain(text);
    }
    const me = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ email: 'jdoe@student.42.example' });
  });

  test('--provider oauth42 serves OAuth42, says what MFA needs, and the printed curl line gets a token', async () => {
    const run = command(['fake', '--port', '0', '--provider', 'oauth42', '--redirect-uri', 'x:y']);
    const [, url = '', id = '', secret = ''] = await printed(
      run,
      /curl (\S+\/oauth\/token)\s.*-d client_id=(\S+).*-d client_secret=(\S+)\n/s,
    );
    for (const text of ['A fake OAuth42 API', 'ksafe', '424242', '4242-0001', 'x:y'])
      expect(run.stdout).toContain(text);
    const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    expect(await answer.json()).toMatchObject({ access_token: expect.stringMatching(/^eyJ/) });
  });

  test('a redirect URI that 42min would not register ends it with 1 and says why', async () => {
    const run = command(['fake', '--port', '0', '--provider', '42min', '--redirect-uri', 'http://one.example/cb']);
    expect(await run.ended).toBe(1);
    expect(run.stderr).toContain('http on localhost or 127.0.0.1');
  });

  test('F1: it does not start in production or beyond loopback', async () => {
    const production = command(['fake', '--port', '0'], { NODE_ENV: 'production' });
    const open = command(['fake', '--port', '0', '--host', '0.0.0.0']);
    expect(await Promise.all([production.ended, open.ended])).toEqual([1, 1]);
    expect(production.stderr).toContain('NODE_ENV=production');
    expect(open.stderr).toContain('use 127.0.0.1');
  });

  test.each([
    { args: [] },
    { args: ['nonsense'] },
    { args: ['fake', '--nonsense'] },
    { args: ['fake', 'nonsense'] },
    { args: ['fake', '--port', '1x'] },
    { args: ['fake', '--port', '65536'] },
    { args: ['fake', '--redirect-uri', 'nonsense'] },
    { args: ['fake', '--provider', '43'] },
    { args: ['fake', '--provider', 'constructor'] },
    { args: ['fake', '--provider', 'oauth42', '--rate-limit'] },
  ])('$args: usage on stderr, exit code 2', async ({ args }) => {
    const run = command(args);
    expect(await run.ended).toBe(2);
    expect(run.stderr).toContain('Usage: passport-fortytwo');
    expect(run.stdout).toBe('');
  });

  test.each([{ args: ['--help'] }, { args: ['fake', '--help'] }])('$args: usage on stdout', async ({ args }) => {
    const run = command(args);
    expect(await run.ended).toBe(0);
    expect(run.stdout).toContain('Usage: passport-fortytwo');
    expect(run.stderr).toBe('');
  });
});
