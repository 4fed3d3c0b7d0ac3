import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import type { Surroundings } from '../contestants/contestant.js';
import { type ContestantName, contestants } from '../contestants/index.js';
import { answering, settings } from './answering.js';

// A real Express site with one contestant before its route.

const { name, ...surroundings } = settings<Surroundings & { name: ContestantName }>();
const { handlers, tokens, underScoped } = await contestants[name](surroundings);
const app = express();
app.get('/api/projects', ...handlers, (_req, res) => {
  res.json({ projects: ['libft', 'ft_printf', 'get_next_line'] });
});
const onError: ErrorRequestHandler = (error: { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).end();
};
app.use(onError);
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');

const answers = {
  about: () => ({ port: (server.address() as AddressInfo).port, tokens, underScoped }),
  /** CPU time so far, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

export type SiteAnswers = typeof answers;

answering(answers);
