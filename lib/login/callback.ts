import { LoginError } from '../errors.js';
import { isObject } from '../json.js';

/** The parameters of an authorization response that mean something to us; all others are the site's own. */
const responseParameters = ['code', 'state', 'error', 'error_description', 'error_uri', 'iss', 'response', 'id_token'];

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
  const query = new URLSearchParams(url.split('?').slice(1).join('?'));
  const found = new URLSearchParams();
  for (const name of responseParameters) {
    const values = [...query.getAll(name), ...bodyValues(body, name)];
    if (values.length > 1 || hasBrackets(query, name)) throw repeated(name);
    const [value] = values;
    if (value === undefined) continue;
    if (typeof value !== 'string') throw repeated(name);
    found.set(name, value);
  }
  return found.has('code') || found.has('error') ? found : undefined;
}

function bodyValues(body: unknown, name: string): unknown[] {
  return isObject(body) && Object.hasOwn(body, name) ? [body[name]] : [];
}

/** `code[]=` and `code[a]=`, which a query parser would turn into an array or an object. */
function hasBrackets(query: URLSearchParams, name: string): boolean {
  for (const key of query.keys()) if (key.startsWith(`${name}[`)) return true;
  return false;
}

function repeated(name: string): LoginError {
  return new LoginError(
    'ERR_LOGIN_PARAMETERS',
    `The callback's "${name}" must come once, as a plain value; start the login again`,
  );
}
