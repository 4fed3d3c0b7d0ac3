import type { AuthorizeRequest } from './authorize-request.js';
import type { FakeClient } from './clients.js';
import { type Html, html, page } from './html.js';
import type { Answer } from './http.js';
import { displayName, type FakeUser } from './users.js';

const scopeMeanings: Readonly<Record<string, string>> = {
  public: 'read your public data',
  projects: 'see and manage your projects',
  profile: 'see and manage your profile',
  elearning: 'use your e-learning',
  tig: 'see and manage community services',
  forum: 'read and write on the forum for you',
};

export function loginPage(request: AuthorizeRequest, users: readonly FakeUser[]): Answer {
  const people = users.map(
    (user) => html`<li>
<img src="${portraitPath(user)}" alt="" width="48" height="48">
<span>${displayName(user)}</span>
<button type="submit" name="login" value="${user.login}">Log in as ${user.login}</button>
</li>
`,
  );
  const content = html`<p><strong>${request.client.name}</strong> wants to know who you are. No password needed here.</p>
<form method="post" action="/login">
${hidden('query', request.query)}
<ul class="people">
${people}</ul>
</form>`;
  return page(200, 'Log in', content);
}

export function consentPage(request: AuthorizeRequest, user: FakeUser, csrf: string): Answer {
  const scopes = request.scopes.map(
    (scope) => html`<li><code>${scope}</code>: ${scopeMeanings[scope] ?? 'as the application explains it'}</li>
`,
  );
  const content = html`<p>You are logged in as <strong>${user.login}</strong>. The application would be able to:</p>
<ul>
${scopes}</ul>
<form method="post" action="/oauth/authorize" class="choice">
${hidden('query', request.query)}
${hidden('csrf', csrf)}
<button type="submit" name="decision" value="authorize">Authorize</button>
<button type="submit" name="decision" value="deny" class="quiet">Deny</button>
</form>
<form method="post" action="/logout">
${hidden('query', request.query)}
<button type="submit" class="quiet">Use another account</button>
</form>
<p>Afterwards you return to <code>${request.redirectURI}</code>.</p>`;
  return page(200, `Authorize ${request.client.name}?`, content);
}

export function refusalPage(status: number, reason: string): Answer {
  const content = html`<p role="alert">${reason}</p>
<p>You were not sent back to the site: a request like this one can't be trusted to say where.</p>`;
  return page(status, 'This request was refused', content);
}

export function homePage(
  clients: readonly FakeClient[],
  users: readonly FakeUser[],
  current: string | undefined,
): Answer {
  const applications = clients.map(
    (client) => html`<h3>${client.name}</h3>
<dl>
<dt>Client id</dt><dd><code>${client.clientID}</code></dd>
<dt>Client secret</dt><dd><code>${client.clientSecret}</code></dd>
<dt>Redirect URIs</dt><dd>${client.redirectURIs.map((uri) => html`<code>${uri}</code><br>`)}</dd>
<dt>Scopes</dt><dd><code>${client.scopes.join(' ')}</code></dd>
</dl>
`,
  );
  const people = users.map(
    (user) => html`<li><img src="${portraitPath(user)}" alt="" width="48" height="48">
<span>${displayName(user)}</span> <code>${user.login}</code></li>
`,
  );
  const content = html`<p>This is a stand-in for the 42 API, for development and tests on this machine. Nothing here is real.</p>
${current === undefined ? [] : loggedIn(current)}
<h2>Applications</h2>
${applications}
<h2>Users</h2>
<ul class="people">
${people}</ul>
<h2>Endpoints</h2>
<pre>GET  /oauth/authorize      POST /oauth/token       GET  /oauth/token/info
POST /oauth/introspect     POST /oauth/revoke      GET  /v2/me
GET  /v2/me/projects       GET  /v2/users/:login   GET  /v2/cursus
GET  /v2/cursus/:id/users</pre>`;
  return page(200, 'Fake 42 provider', content);
}

function loggedIn(login: string): Html {
  return html`<form method="post" action="/logout" class="choice">
<span>This browser is logged in as <strong>${login}</strong>.</span>
<button type="submit" class="quiet">Log out</button>
</form>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function portraitPath(user: FakeUser): string {
  return `/images/${encodeURIComponent(user.login)}.svg`;
}
