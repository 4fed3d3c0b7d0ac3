import type { RequestListener } from 'node:http';

/**
 * Has every request come as a path, which is what Express and its middleware look at: a whole URL, which every server
 * must take (RFC 9112 §3.2.2), is cut down to one, and what can't be read (`http://[`, `*`) is answered here. Express
 * would let some of it through to middleware that fails, with a 500.
 */
export function asPath(site: RequestListener): RequestListener {
  return (req, res) => {
    const target = pathOf(req.url ?? '');
    if (target === undefined) {
      res.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
      res.end('This request makes no sense: its target is neither a path nor a URL.\n');
      return;
    }
    req.url = target;
    site(req, res);
  };
}

function pathOf(target: string): string | undefined {
  if (target.startsWith('/')) return target;
  if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) return undefined;
  const { pathname, search } = new URL(target);
  return pathname + search;
}
