import https from 'node:https';
import { afterEach } from '@jest/globals';
import { oddServer, type SeenRequest, selfSigned, sendJSON } from './odd-server.js';
import { OPENID, openidDocument } from './publisher.js';

const agents: https.Agent[] = [];

afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
});

/**
 * An OpenID Connect issuer whose name is not of this machine: a TLS server on loopback, and an agent that finds it under
 * that name. Its document can be changed as a test goes.
 */
export async function remoteIssuer(hostname = 'id.school.example') {
  const published: { document: Record<string, unknown> } = { document: {} };
  const server = await oddServer(
    (res, { url }: SeenRequest) => {
      if (url === OPENID) sendJSON(res, published.document);
      else if (url === '/token') sendJSON(res, { access_token: 'a-token', token_type: 'Bearer' });
      else sendJSON(res, { active: false });
    },
    { tls: true },
  );
  const agent = new https.Agent({
    ca: selfSigned,
    checkServerIdentity: () => undefined,
    lookup: (_name, options, found) => {
      if (options.all) found(null, [{ address: '127.0.0.1', family: 4 }]);
      else found(null, '127.0.0.1', 4);
    },
  });
  agents.push(agent);
  const url = `https://${hostname}:${new URL(server.url).port}`;
  published.document = openidDocument(url);
  return { url, agent, requests: server.requests, publish: (more: object) => Object.assign(published.document, more) };
}
