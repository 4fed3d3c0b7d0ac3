import http from 'node:http';
import { defineProvider, fortyTwo, type Provider } from 'passport-fortytwo';
import { application } from './tokens.js';

/** How a provider is asked. */
export type LookupMethod = 'token-info' | 'introspection';

/** The provider of the bench, as a client is given it. */
export function providerOf(method: LookupMethod, providerURL: string): Provider {
  if (method === 'token-info') return fortyTwo({ baseURL: providerURL });
  return defineProvider({
    name: 'standard',
    issuer: providerURL,
    authorizationEndpoint: `${providerURL}/authorize`,
    tokenEndpoint: `${providerURL}/token`,
    introspectionEndpoint: `${providerURL}/introspect`,
    profileEndpoint: `${providerURL}/me`,
    parseProfile: () => undefined,
  });
}

/** The least that a call can be, with a pooled connection: no deadline, no size cap, no judgement. */
export function askByHand(method: LookupMethod, providerURL: string): (token: string) => Promise<unknown> {
  const agent = new http.Agent({ keepAlive: true });
  const target = new URL(providerURL);
  return (token) => {
    const form = method === 'introspection' ? `token=${token}&client_id=${application.clientID}` : undefined;
    return new Promise((resolve, reject) => {
      const request = http.request({
        agent,
        host: target.hostname,
        port: target.port,
        method: form === undefined ? 'GET' : 'POST',
        path: form === undefined ? '/oauth/token/info' : '/introspect',
        headers:
          form === undefined
            ? { authorization: `Bearer ${token}` }
            : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length },
      });
      request.on('error', reject);
      request.on('response', (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          body += chunk;
        });
        answer.on('end', () => resolve(JSON.parse(body)));
      });
      request.end(form);
    });
  };
}
