import type { RequestHandler } from 'express';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * This machine has several names, and to a browser each is another site with cookies of its own: a login that began
 * at 127.0.0.1 could not end at localhost. So pages opened under one name move to that of the callback URL.
 */
export function oneHostName(callbackURL: string): RequestHandler {
  const { origin, hostname, host, port } = new URL(callbackURL);
  const otherHosts = loopbackNames.map((name) => (port === '' ? name : `${name}:${port}`));
  return (req, res, next) => {
    const asked = req.headers.host ?? host;
    const isElsewhere = loopbackNames.includes(hostname) && asked !== host && otherHosts.includes(asked);
    if (isElsewhere && req.method === 'GET') res.redirect(origin + req.originalUrl);
    else next();
  };
}
