import { describe, expect, test } from '@jest/globals';
import { start } from '../builders/fake-provider.js';
import { startLoginSite, visit, visitor } from '../builders/login-site.js';
import { clientOf } from '../builders/site.js';

// 42 skips its consent page for who holds a live token, and gives the old scopes again.
describe('a page that needs a scope which the person has not granted yet', () => {
  test('asks 42 for it, and opens once it is granted', async () => {
    const provider = await start();
    const site = await startLoginSite({
      clients: [clientOf(provider)],
      routes: (app, { requireLogin }) =>
        app.get('/projects', requireLogin({ scopes: 'projects' }), (_req, res) => void res.json('projects')),
    });
    const browser = visitor();
    await visit(site, '/profile', { browser });
    const page = await visit(site, '/projects', { browser });
    expect([page.status, await page.json()]).toEqual([200, 'projects']);
  });
});
