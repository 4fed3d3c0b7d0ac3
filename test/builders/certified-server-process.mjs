// oidc-provider in a process of its own, as it was published: Jest's modules stay out of it. Prints its issuer.
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const claims = (id) => ({
  sub: id,
  name: `Person ${id}`,
  preferred_username: id,
  email: `${id}@school.example`,
  email_verified: true,
});

const provider = new Provider(issuer, {
  // A server without accounts of its own asks for them here; every login is one.
  findAccount: (_ctx, id) => ({ accountId: id, claims: async () => claims(id) }),
  // Which claims a scope stands for (OpenID Connect Core §5.4) is the server owner's to say; the default is `sub` alone.
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  features: {
    // RFC 7591: a test registers its site once it knows where that listens.
    registration: { enabled: true },
    // RFC 7662 and RFC 7009 are off by default.
    introspection: { enabled: true },
    revocation: { enabled: true },
    // RFC 6749 §4.4 is off by default.
    clientCredentials: { enabled: true },
    // On by default, and named so that it stays: the forms to log in and to consent.
    devInteractions: { enabled: true },
  },
});
server.on('request', provider.callback());
console.log(issuer);
