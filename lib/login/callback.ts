import { LoginError } from '../errors/index.js';
import { isObject } from '../json.js';

/** The parameters of an authorization response that mean something to us; all others are the site's own. */
const responseParameters = [
  'code',
  'state',
  'error',
  'error_description',
  'error_uri',
  'iss',
  'response',
  'id_token',
  'mfa_token',
];

/**
 * Finds an authorization response (RFC 6749 §4.1.2) in a request. The URL is read here rather than through
 * `req.query`, whose shape depends on the site's query parser.
 *
 * @param url the request's URL, path and query.
 * @param body what a body parser made of a form, if anything.
 * @returns undefined where the request is no response, so that a login starts.
 * @throws {LoginError} `ERR_LOGIN_PARAMETERS` where a parameter is not one plain string (RFC 6749 §3.1).
 */
export function readCallback(url: string, body: unknown): URLSearchParams | undefined {
  const start = url.indexOf('?');
  if (start < 0 && body === undefined) return undefined;
  const inQuery = responseIn(new URLSearchParams(start < 0 ? '' : url.slice(start)));
  const inBody = responseIn(isObject(body) ? Object.entries(body) : []);
  const [mixed] = inBody.keys();
  if (inQuery.size > 0 && mixed !== undefined) throw notPlain(mixed);
  const found = inQuery.size > 0 ? inQuery : inBody;
  return found.has('code') || found.has('error') ? found : undefined;
}

function responseIn(parameters: Iterable<[string, unknown]>): URLSearchParams {
  const found = new URLSearchParams();
  for (const [key, value] of parameters) {
    // A query parser would turn `code[]=` and `code[a]=` into an array or an object.
    const name = responseParameters.find((known) => key === known || key.startsWith(`${known}[`));
    if (name === undefined) continue;
    if (key !== name || typeof value !== 'string' || found.has(name)) throw notPlain(name);
    found.set(name, value);
  }
  return found;
}

function notPlain(name: string): LoginError {
  return new LoginError(
    'ERR_LOGIN_PARAMETERS',
    `The callback's "${name}" must come once, as a plain value, all parameters in the query or all in the body; start the login again`,
  );
}
