import { randomBytes, timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';

declare module 'express-session' {
  interface SessionData {
    formToken?: string;
  }
}

/** Goes into every form of a logged-in person, as the hidden field `token`. */
export function formTokenOf(req: Request): string {
  req.session.formToken ??= randomBytes(16).toString('base64url');
  return req.session.formToken;
}

/** A form that was not sent from a page of this site, or not from this session. */
export class ForeignFormError extends Error {
  readonly status = 403;
}

/**
 * Refuses what another site's page posts, by the headers with which browsers say where a request comes from. A page
 * can't choose them.
 */
export function fromThisSite(origin: string): RequestHandler {
  return (req, _res, next) => {
    const from = req.headers.origin;
    const site = req.headers['sec-fetch-site'];
    const isForeign = (from !== undefined && from !== origin) || (site !== undefined && site !== 'same-origin');
    next(isForeign ? new ForeignFormError('The form was sent from another site') : undefined);
  };
}

/** Reads a form and refuses one without the session's token, for browsers that send no such headers. */
export const ownForm: RequestHandler[] = [
  express.urlencoded({ extended: false, limit: '4kb' }),
  (req, _res, next) => {
    const given: unknown = req.body?.token;
    const isOwn = typeof given === 'string' && isSame(given, req.session.formToken);
    next(isOwn ? undefined : new ForeignFormError('The form has not the token of this session'));
  },
];

function isSame(given: string, wanted: string | undefined): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted ?? '')];
  return b.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}
