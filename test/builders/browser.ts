/** As much of a browser as a login needs: cookies for each origin, forms, and redirects that are followed or not. */
export class Browser {
  readonly #tellsSource: boolean;
  readonly #refused = new Set<string>();
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Where the last page came from. */
  url = '';
  html = '';

  /** @param options.tellsSource whether it says what for and from where each request is, as browsers of today do. */
  constructor({ tellsSource = false }: { tellsSource?: boolean } = {}) {
    this.#tellsSource = tellsSource;
  }

  /** From now on, keeps no cookie of this name. */
  refuse(cookie: string): void {
    this.#refused.add(cookie);
  }

  /** Opens a page. Redirects to paths of the same server are followed; one to another origin is returned. */
  get(url: string, init: RequestInit = {}): Promise<Response> {
    return this.#visit(url, init);
  }

  post(url: string, fields: Record<string, string>, init: RequestInit = {}): Promise<Response> {
    return this.#visit(url, { ...init, method: 'POST', body: new URLSearchParams(fields) });
  }

  /** Makes one request and follows nothing. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.#jar(url);
    const headers = new Headers({ ...(this.#tellsSource && this.#source(url, init)), ...init.headers });
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      if (!this.#refused.has(line.slice(0, line.indexOf('=')))) keepCookie(jar, line);
    }
    return answer;
  }

  /** Presses the button with this name, with the hidden fields of its form and those that are filled in. */
  press(name: string, filledIn: Record<string, string> = {}): Promise<Response> {
    const forms = [...this.html.matchAll(/<form ([^>]*)>.*?<\/form>/gs)];
    const form = forms.find(([markup]) => markup.includes(`>${name}</button>`));
    if (form === undefined) throw new Error(`no button "${name}" in ${this.html}`);
    const { action, method } = attributes(form[1]);
    if (method !== 'post') throw new Error(`the form of "${name}" is not posted`);
    const fields = new URLSearchParams();
    for (const [, tag] of form[0].matchAll(/<input ([^>]*)>/g)) {
      const input = attributes(tag);
      if (input.type === 'hidden') fields.append(input.name ?? '', input.value ?? '');
      else if (input.name !== undefined) fields.append(input.name, filledIn[input.name] ?? '');
    }
    const button = [...form[0].matchAll(/<button ([^>]*)>([^<]*)</g)].find(([, , label]) => label === name);
    const pressed = attributes(button?.[1]);
    if (pressed.name !== undefined) fields.append(pressed.name, pressed.value ?? '');
    return this.#visit(new URL(action ?? '', this.url).href, { method: 'POST', body: fields });
  }

  buttons(): string[] {
    return [...this.html.matchAll(/<button [^>]*>([^<]*)</g)].map(([, label]) => unescaped(label ?? ''));
  }

  /** The cookies that would go to a URL, by name. */
  cookies(url: string): Record<string, string> {
    return Object.fromEntries(this.#jar(url));
  }

  /** Plants, replaces or (with undefined) removes a cookie. */
  setCookie(url: string, name: string, value: string | undefined): void {
    if (value === undefined) this.#jar(url).delete(name);
    else this.#jar(url).set(name, value);
  }

  /** Fetch Metadata (W3C), and `Origin` with a POST. `Sec-Fetch-Mode` is beyond the reach of fetch in Node. */
  #source(url: string, { method = 'GET' }: RequestInit): Record<string, string> {
    const from = this.url === '' ? undefined : new URL(this.url).origin;
    const site = from === undefined ? 'none' : from === new URL(url).origin ? 'same-origin' : 'cross-site';
    const isPost = method === 'POST' && from !== undefined;
    return {
      accept: 'text/html,*/*;q=0.8',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': site,
      ...(isPost && { origin: from }),
      ...(from !== undefined && site === 'same-origin' && { referer: this.url }),
    };
  }

  #jar(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    return jar;
  }

  async #visit(url: string, init: RequestInit): Promise<Response> {
    const answer = await this.fetch(url, init);
    const location = whereTo(answer);
    const target = location === undefined ? undefined : new URL(location, url);
    if (target?.origin === new URL(url).origin) return this.get(target.href);
    this.url = url;
    this.html = await answer.clone().text();
    return answer;
  }
}

/** Where an answer sends a browser: by a redirect, or by a page that goes on at once. */
export function whereTo({ headers }: Response): string | undefined {
  return headers.get('location') ?? /^0; url=(.+)/.exec(headers.get('refresh') ?? '')?.[1];
}

function keepCookie(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const name = pair.slice(0, pair.indexOf('='));
  const gone = attributes.some(
    (attribute) => attribute === 'Max-Age=0' || /^Expires=Thu, 01 Jan 1970/i.test(attribute),
  );
  if (gone) jar.delete(name);
  else jar.set(name, pair.slice(pair.indexOf('=') + 1));
}

function attributes(tag = ''): Record<string, string> {
  return Object.fromEntries(
    [...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescaped(value)]),
  );
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
