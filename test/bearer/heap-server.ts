// A site in a process of its own, whose heap heap.test.ts looks through. Run with the provider's URL and a file name.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import express from 'express';
import { bearerAuth, FortyTwoClient, fortyTwo } from '../../lib/index.js';

const [, , baseURL = '', clientID = '', clientSecret = '', file = ''] = process.argv;
const { requireBearer, stats } = bearerAuth({
  client: new FortyTwoClient({ clientID, clientSecret, provider: fortyTwo({ baseURL }) }),
});

const app = express();
const kept: (string | undefined)[] = [];
app.get('/public', requireBearer('public'), (_req, res) => res.end());
app.get('/careless', (req, res) => {
  kept.push(req.headers.authorization);
  res.end();
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

process.once('message', () => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  writeHeapSnapshot(file);
  process.send?.({ stats: stats(), kept: kept.length });
  process.disconnect();
  server.close();
});
