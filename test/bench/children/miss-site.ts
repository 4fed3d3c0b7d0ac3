import express, { type RequestHandler } from 'express';
import { bearerAuth, FortyTwoClient } from 'passport-fortytwo';
import { askByHand, providerOf } from '../by-hand.js';
import { application, requiredScope } from '../tokens.js';
import { answering, settings } from './answering.js';
import { cpu, onError, served } from './served.js';

// An Express site that asks its provider about each token by introspection: through requireBearer, or by hand.

export type MissSiteName = 'requireBearer' | 'node:http';

const { name, providerURL } = settings<{ name: MissSiteName; providerURL: string }>();
const { clientID, clientSecret } = application;

function ours(): RequestHandler {
  const client = new FortyTwoClient({ clientID, clientSecret, provider: providerOf('introspection', providerURL) });
  return bearerAuth({ client, maxTokens: 1_000_000 }).requireBearer(requiredScope);
}

function byHand(): RequestHandler {
  const ask = askByHand('introspection', providerURL);
  return (req, res, next) => {
    const token = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      res.status(401).end();
      return;
    }
    ask(token).then((answer) => {
      const { active, scope } = answer as { active: boolean; scope?: string };
      if (!active) res.status(401).end();
      else if (!scope?.split(' ').includes(requiredScope)) res.status(403).end();
      else next();
    }, next);
  };
}

const app = express();
app.get('/', name === 'requireBearer' ? ours() : byHand(), (_req, res) => void res.json({ projects: ['libft'] }));
app.use(onError);
const port = await served(app);

const answers = {
  port: () => port,
  cpu,
};

export type MissSiteAnswers = typeof answers;

answering(answers);
