import express from 'express';
import type { Surroundings } from '../contestants/contestant.js';
import { type ContestantName, contestants } from '../contestants/index.js';
import { answering, settings } from './answering.js';
import { cpu, onError, served } from './served.js';

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
app.use(onError);
const port = await served(app);

const answers = {
  port: () => port,
  /** Each contestant's path and tokens, in the order in which they were given. */
  routes: () => known,
  cpu,
};

export type SiteAnswers = typeof answers;

answering(answers);
