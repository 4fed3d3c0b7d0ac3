import { escapeMarkup } from './html.js';
import type { Answer } from './http.js';
import { displayName, type FakeAccount } from './users.js';

export function portraitPath({ login }: FakeAccount): string {
  return `/images/${encodeURIComponent(login)}.svg`;
}

/** Answers the path of a user's portrait; undefined where it is none. */
export function portrait(path: string, users: readonly FakeAccount[]): Answer | undefined {
  const user = users.find((one) => portraitPath(one) === path);
  if (user === undefined) return undefined;
  const headers = {
    'content-type': 'image/svg+xml',
    'cache-control': 'max-age=300',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: draw(user.login, displayName(user)) };
}

/** A friendly face with initials, drawn as SVG; the colour follows the login. */
function draw(login: string, name: string): string {
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
  const hue = [...login].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="240" height="240" role="img">
<title>${escapeMarkup(name)}</title>
<rect width="120" height="120" fill="hsl(${hue} 55% 82%)"/>
<path d="M14 120a46 40 0 0 1 92 0z" fill="hsl(${hue} 50% 34%)"/>
<circle cx="60" cy="46" r="30" fill="hsl(${(hue + 30) % 360} 60% 93%)"/>
<circle cx="50" cy="42" r="3.2" fill="#222"/>
<circle cx="70" cy="42" r="3.2" fill="#222"/>
<path d="M48 54q12 11 24 0" fill="none" stroke="#222" stroke-width="2.6" stroke-linecap="round"/>
<text x="60" y="110" text-anchor="middle" font-family="sans-serif" font-size="22" font-weight="700" fill="#fff">${escapeMarkup(initials)}</text>
</svg>
`;
}
