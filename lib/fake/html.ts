import type { Answer } from './http.js';

/** Markup that is safe to print as it is. */
export interface Html {
  readonly markup: string;
}

type Piece = string | number | Html | readonly Html[];

/** Builds markup from a template; whatever is filled in is escaped unless it is markup already. */
export function html(texts: TemplateStringsArray, ...pieces: Piece[]): Html {
  const markup = texts.reduce((done, text, index) => {
    const piece = index === 0 ? '' : print(pieces[index - 1] ?? '');
    return done + piece + text;
  }, '');
  return { markup };
}

function print(piece: Piece): string {
  if (typeof piece === 'string' || typeof piece === 'number') return escapeMarkup(String(piece));
  if ('markup' in piece) return piece.markup;
  return piece.map((one) => one.markup).join('');
}

export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

// No form-action: Chromium applies it to the redirect after a POST too, and would block the way back to the site.
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

export function page(provider: string, status: number, title: string, content: Html): Answer {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – fake ${provider}</title>
<link rel="stylesheet" href="/fake.css">
</head>
<body>
<header><a href="/">fake ${provider}</a> <small>a local stand-in, not the real thing</small></header>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return { status, headers: pageHeaders, body: markup };
}

export function styleSheet(): Answer {
  return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: styles };
}

const styles = `
:root { color-scheme: light dark; --accent: #00757a; --line: #8886; }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
header { padding: .75rem 1.5rem; border-bottom: 1px solid var(--line); }
header a { font-weight: 700; color: inherit; text-decoration: none; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h1 { line-height: 1.2; }
ul.people { list-style: none; padding: 0; }
ul.people li { display: flex; align-items: center; gap: 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
ul.people img { width: 3rem; height: 3rem; border-radius: 50%; }
ul.people span { flex: 1; }
button { font: inherit; padding: .5rem 1.25rem; border: 1px solid var(--accent); border-radius: .4rem; cursor: pointer; }
button { background: var(--accent); color: #fff; }
button.quiet { background: transparent; color: inherit; }
button:focus-visible, a:focus-visible { outline: 3px solid #e8a500; outline-offset: 2px; }
form.choice { display: flex; gap: 1rem; margin: 1.5rem 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
code { font-size: .9em; overflow-wrap: anywhere; }
pre { padding: 1rem; font-size: .8em; border: 1px solid var(--line); border-radius: .4rem; overflow-x: auto; }
`;
