import type { Request } from 'express';
import type { FortyTwoClient } from '../client/client.js';
import { SessionError } from '../errors/index.js';
import type { LoginRequest } from '../login/login-request.js';
import type { SessionContext } from './context.js';
import { type Grant, withGrant } from './login-record.js';
import { isNavigation } from './wants-page.js';
import { loginIDOf } from './web-session.js';

/**
 * Before a browser is sent to the provider for what a page of the site asked for. The request is in an address, which
 * anybody can have others open: it counts in the login that it was made in.
 *
 * @throws {SessionError} `ERR_SESSION_LINK` where an account was to be linked to another login.
 */
export async function beginLogin(
  context: SessionContext,
  client: FortyTwoClient,
  req: Request,
  { linkTo, reconsentOf }: LoginRequest,
): Promise<void> {
  const current = loginIDOf(req);
  if (linkTo !== undefined && linkTo !== current) {
    throw new SessionError(
      'ERR_SESSION_LINK',
      'This account was to be linked in another login, which is over or of another browser; log in, and link it again ' +
        '(and put the session middleware in front of the login route)',
    );
  }
  // HEAD, and a page that is loaded in advance, change nothing.
  const isGoingOn = req.method === 'GET' && isNavigation(req.headers);
  if (reconsentOf !== undefined && reconsentOf === current && isGoingOn)
    await revokeBeforeReconsent(context, client, reconsentOf);
}

/** A provider that asks for consent once gives no more than before to who holds a live token: that has to go first. */
async function revokeBeforeReconsent(context: SessionContext, client: FortyTwoClient, id: string): Promise<void> {
  const { name } = client.provider;
  let taken: Grant | undefined;
  await context.logins.update(id, (record) => {
    taken = record.accounts[name]?.grant;
    return withGrant(record, name, undefined);
  });
  if (taken !== undefined) await context.revocations.add(client, taken);
}
