import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import type { Surroundings } from '../contestants/contestant.js';
import { type ContestantName, contestants } from '../contestants/index.js';
import { answering, settings } from './answering.js';

// A real Express site, with a route for each of the contestants that it is given.

const { names, ...surroundings } = settings<Surroundings & { names: ContestantName[] }>();
const app = express();
const known: { path: string; tokens: string[]; underScoped: string }[] = [];
for (const [index, name] of names.entries()) {
  const { handlers, tokens, underScoped } = await contestants[name](surroundings);
  const path = `/api/${index}/projects`;
  app.get(path, ...handlers, (_req, res) => {
    res.json({ projects: ['libft', 'ft_printf', 'get_next_line'] });
  });
  known.push({ path, tokens, underScoped });
}
const onError: ErrorRequestHandler = (error: { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).end();
};
app.use(onError);
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');

const answers = {
  port: () => (server.address() as AddressInfo).port,
  /** Each contestant's path and tokens, in the order in which they were given. */
  routes: () => known,
  /** CPU time so far, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

export type SiteAnswers = typeof answers;

answering(answers);
