import type { RequestHandler } from 'express';
import { SessionError } from 'passport-fortytwo';

/**
 * Refuses what another site's page posts, as `loginSession` does for its own routes: by the headers with which browsers say where a request comes from: a page
 * can't choose them. From browsers that tell neither, the session's SameSite cookie stays away.
 */
export function fromThisSite(origin: string): RequestHandler {
  return (req, _res, next) => {
    const { origin: from, 'sec-fetch-site': site } = req.headers;
    const isForeign = (from !== undefined && from !== origin) || (site !== undefined && site !== 'same-origin');
    if (req.method === 'POST' && isForeign) throw new SessionError('ERR_SESSION_FOREIGN', 'Sent by another site');
    next();
  };
}
