/** As much of a browser as the pages of the fake need: cookies, forms and redirects one at a time. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  #url = '';
  html = '';

  get(url: string): Promise<Response> {
    return this.#visit(url, {});
  }

  /** Presses the button with this name, with the hidden fields of its form. */
  press(name: string): Promise<Response> {
    const forms = [...this.html.matchAll(/<form method="post" action="([^"]*)".*?<\/form>/gs)];
    const form = forms.find(([markup]) => markup.includes(`>${name}</button>`));
    if (form === undefined) throw new Error(`no button "${name}" in ${this.html}`);
    const fields = new URLSearchParams();
    for (const [, field = '', value = ''] of form[0].matchAll(
      /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
    )) {
      fields.append(field, unescaped(value));
    }
    const button = [...form[0].matchAll(/<button ([^>]*)>([^<]*)</g)].find(([, , label]) => label === name);
    const [, field, value] = /name="([^"]*)" value="([^"]*)"/.exec(button?.[1] ?? '') ?? [];
    if (field !== undefined) fields.append(field, unescaped(value ?? ''));
    return this.#visit(new URL(form[1] ?? '', this.#url).href, { method: 'POST', body: fields });
  }

  buttons(): string[] {
    return [...this.html.matchAll(/<button [^>]*>([^<]*)</g)].map(([, label]) => unescaped(label ?? ''));
  }

  async #visit(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    // Follows the fake's own redirects, and stops at the one back to the site.
    if (location?.startsWith('/')) return this.get(new URL(location, url).href);
    this.#url = url;
    this.html = await answer.text();
    return answer;
  }
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
