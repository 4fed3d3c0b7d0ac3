import type { Request } from 'express';
import { SealError, SessionError } from '../errors/index.js';
import { stringField } from '../json.js';
import { isOwnRequest, sourceOf } from '../login/own-request.js';
import type { CurrentLogin, SessionContext } from './context.js';
import { loginIDOf, siteOriginOf } from './web-session.js';

/** The name of the form field and of the header (`x-csrf-token`) that carry the site's token. */
export const CSRF_FIELD = '_csrf';

/** A token for the forms of whoever is logged in: another one each time, good for as long as the login. */
export function csrfToken(context: SessionContext, login: CurrentLogin): string {
  return context.config.client.sealer('csrf').seal(login.id, '');
}

/**
 * Refuses what a page of another site sends.
 *
 * @throws {SessionError} `ERR_SESSION_METHOD` for anything but a POST, `ERR_SESSION_FOREIGN` for a foreign one.
 */
export function assertOwnPost(context: SessionContext, req: Request): void {
  assertPost(req);
  if (isOwnRequest(sourceOf(req.headers), siteOriginOf(req), hasToken(context, req))) return;
  throw new SessionError(
    'ERR_SESSION_FOREIGN',
    'This request was sent by a page of another site, or by a browser that does not tell; put csrfToken(req) into the form',
  );
}

/** @throws {SessionError} `ERR_SESSION_METHOD` */
export function assertPost(req: Request): void {
  if (req.method === 'POST') return;
  req.res?.setHeader('Allow', 'POST');
  throw new SessionError('ERR_SESSION_METHOD', 'A link must not change anything; send a form with method="post"');
}

function hasToken(context: SessionContext, req: Request): boolean {
  const id = loginIDOf(req);
  const given = csrfHeader(req) ?? stringField(req.body, CSRF_FIELD);
  if (given === undefined || id === undefined) return false;
  try {
    return context.config.client.sealer('csrf').open(id, given) === '';
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}

function csrfHeader(req: Request): string | undefined {
  const value = req.headers['x-csrf-token'];
  return typeof value === 'string' ? value : undefined;
}
