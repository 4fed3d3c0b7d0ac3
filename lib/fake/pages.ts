import type { AnyFakeClient } from './clients.js';
import { type Html, html, page } from './html.js';
import type { Answer } from './http.js';
import { portraitPath } from './portrait.js';
import { displayName, type FakeAccount } from './users.js';

/** How one provider presents itself to people and their browsers. */
export interface Brand {
  readonly provider: string;
  /** Browsers send a cookie to every port of a host, so each provider's login cookie has a name of its own. */
  readonly sessionCookie: string;
  /** Path of the consent page: a login is followed by it, with the query of the authorize request. */
  readonly consentPath: string;
  readonly scopeMeanings: Readonly<Record<string, string>>;
  /** For people to read, on the start page. */
  readonly endpoints: string;
  /** More for the start page. */
  readonly note?: string;
}

/** The authorize request that a page asks about. */
export interface AskedFor {
  readonly client: AnyFakeClient;
  readonly redirectURI: string;
  readonly scopes: readonly string[];
  /** The request as it came, for the forms to carry. */
  readonly query: string;
}

/** The pages that people see at a fake. */
export class Pages {
  readonly brand: Brand;

  constructor(brand: Brand) {
    this.brand = brand;
  }

  login({ client, query }: AskedFor, users: readonly FakeAccount[]): Answer {
    const people = users.map(
      (user) => html`<li>
<img src="${portraitPath(user)}" alt="" width="48" height="48">
<span>${displayName(user)}</span>
<button type="submit" name="login" value="${user.login}">Log in as ${user.login}</button>
</li>
`,
    );
    const content = html`<p><strong>${client.name}</strong> wants to know who you are. No password needed here.</p>
<form method="post" action="/login">
${hidden('query', query)}
<ul class="people">
${people}</ul>
</form>`;
    return page(this.brand.provider, 200, 'Log in', content);
  }

  consent({ client, scopes, redirectURI, query }: AskedFor, user: FakeAccount, csrf: string): Answer {
    const { provider, consentPath, scopeMeanings } = this.brand;
    const permissions = scopes.map(
      (scope) => html`<li><code>${scope}</code>: ${scopeMeanings[scope] ?? 'as the application explains it'}</li>
`,
    );
    const content = html`<p>You are logged in as <strong>${user.login}</strong>. The application would be able to:</p>
<ul>
${permissions}</ul>
<form method="post" action="${consentPath}" class="choice">
${hidden('query', query)}
${hidden('csrf', csrf)}
<button type="submit" name="decision" value="authorize">Authorize</button>
<button type="submit" name="decision" value="deny" class="quiet">Deny</button>
</form>
<form method="post" action="/logout">
${hidden('query', query)}
<button type="submit" class="quiet">Use another account</button>
</form>
<p>Afterwards you return to <code>${redirectURI}</code>.</p>`;
    return page(provider, 200, `Authorize ${client.name}?`, content);
  }

  refusal(status: number, reason: string): Answer {
    const content = html`<p role="alert">${reason}</p>
<p>You were not sent back to the site: a request like this one can't be trusted to say where.</p>`;
    return page(this.brand.provider, status, 'This request was refused', content);
  }

  home(clients: readonly AnyFakeClient[], users: readonly FakeAccount[], current: string | undefined): Answer {
    const { provider, endpoints, note } = this.brand;
    const people = users.map(
      (user) => html`<li><img src="${portraitPath(user)}" alt="" width="48" height="48">
<span>${displayName(user)}</span> <code>${user.login}</code></li>
`,
    );
    const content = html`<p>This is a stand-in for the ${provider} API, for development and tests on this machine. Nothing here is real.</p>
${current === undefined ? [] : loggedIn(current)}
<h2>Applications</h2>
${clients.map(application)}
<h2>Users</h2>
<ul class="people">
${people}</ul>
${note === undefined ? [] : html`<p>${note}</p>`}
<h2>Endpoints</h2>
<pre>${endpoints}</pre>`;
    return page(provider, 200, `Fake ${provider} provider`, content);
  }
}

function application(client: AnyFakeClient): Html {
  return html`<h3>${client.name}</h3>
<dl>
<dt>Client id</dt><dd><code>${client.clientID}</code></dd>
<dt>Client secret</dt><dd><code>${client.clientSecret ?? 'none, a public client'}</code></dd>
<dt>Redirect URIs</dt><dd>${client.redirectURIs.map((uri) => html`<code>${uri}</code><br>`)}</dd>
<dt>Scopes</dt><dd><code>${client.scopes.join(' ')}</code></dd>
</dl>
`;
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
