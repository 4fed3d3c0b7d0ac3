import { describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import { IntrospectionForm } from '../../lib/client/introspection-form.js';
import { oauthContext } from '../../lib/client/oauth4webapi.js';
import { fortyTwo } from '../../lib/index.js';
import type { ClientAuthentication } from '../../lib/providers/provider.js';

const server = { issuer: 'https://provider.example', introspection_endpoint: 'https://provider.example/introspect' };
const methods: ClientAuthentication[] = ['client_secret_post', 'client_secret_basic'];
const tokens = ['plain', 'a.b-c_d', 'with~tilde', 'with+plus/and==', '$&', "$'", 'a%20b'];

function context(method: ClientAuthentication) {
  return oauthContext(fortyTwo(), { clientID: 'an id', clientSecret: 's€cret & more=', method });
}

describe.each(methods)('an introspection request with %s', (method) => {
  test('is what oauth4webapi sends, for each token', async () => {
    const form = new IntrospectionForm(context(method));
    const { client, authentication } = context(method);
    for (const token of tokens) {
      let sent: unknown;
      await form.send(server, token, async (url, headers, body) => {
        sent = { url, headers, body };
        return { status: 200, headers: {}, body: '' };
      });
      let theirs: unknown;
      await oauth.introspectionRequest(server, client, authentication, token, {
        additionalParameters: { token_type_hint: 'access_token' },
        [oauth.customFetch]: async (url, { headers, body }) => {
          theirs = { url, headers, body: String(body) };
          return new Response();
        },
      });
      expect(sent).toEqual(theirs);
    }
  });
});

test('goes where the metadata says that was read last', async () => {
  const form = new IntrospectionForm(context('client_secret_post'));
  const urls: string[] = [];
  const post = async (url: string) => {
    urls.push(url);
    return { status: 200, headers: {}, body: '' };
  };
  await form.send(server, 'a', post);
  await form.send({ ...server, introspection_endpoint: 'https://provider.example/moved' }, 'a', post);
  await form.send(server, 'a', post);
  expect(urls.map((url) => new URL(url).pathname)).toEqual(['/introspect', '/moved', '/introspect']);
});

test('is refused by oauth4webapi where the server has no such endpoint, each time', async () => {
  const form = new IntrospectionForm(context('client_secret_post'));
  const post = async () => ({ status: 200, headers: {}, body: '' });
  for (let time = 0; time < 2; time += 1) {
    await expect(form.send({ issuer: server.issuer }, 'a', post)).rejects.toBeInstanceOf(
      oauth.OperationProcessingError,
    );
  }
});
