import { Router } from 'express';
import { type FortyTwoClient, FortyTwoError } from 'passport-fortytwo';
import { callApi, ownAddress } from './api-call.js';
import type { ApiCaller, Experiment, Step } from './experiments.js';
import { fromThisSite, ownForm } from './forms.js';
import type { TokenStore } from './tokens.js';
import { sendPage } from './views.js';
import { requireVisitor, visitorOf } from './visitor.js';

export interface TryPageOptions {
  client: FortyTwoClient;
  tokens: TokenStore;
  callbackURL: string;
  experiments: readonly Experiment[];
}

/** The page that calls the site's own API as an application somewhere else would, and shows what went over the wire. */
export function tryPage({ client, tokens, callbackURL, experiments }: TryPageOptions): Router {
  const { origin, host } = new URL(callbackURL);
  const router = Router();
  const title = 'Try the API';

  router.get('/try', requireVisitor, (req, res) => {
    sendPage(req, res, 'try', title, { experiments, tried: undefined });
  });
  router.post('/try', fromThisSite(origin), requireVisitor, ...ownForm, async (req, res) => {
    const experiment = experiments.find(({ name }) => name === req.body.experiment);
    const tokensID = visitorOf(req)?.tokensID ?? '';
    const token = tokens.get(tokensID)?.accessToken;
    if (experiment === undefined || token === undefined) {
      res.redirect(303, '/try');
      return;
    }
    const base = ownAddress(req.socket);
    const call: ApiCaller = (path, accessToken) => callApi({ base, host, path, accessToken });
    const renew = () => renewed(client, tokens, tokensID);
    const steps: Step[] = [];
    let problem: string | undefined;
    try {
      for await (const step of experiment.run({ client, token, renew, call })) steps.push(step);
    } catch (error) {
      if (!(error instanceof FortyTwoError)) throw error;
      problem = error.message;
      res.status(error.status);
    }
    sendPage(req, res, 'try', title, { experiments, tried: { name: experiment.name, steps, problem } });
  });
  return router;
}

async function renewed(client: FortyTwoClient, tokens: TokenStore, id: string): Promise<string> {
  const { accessToken } = await tokens.renew(id, (refreshToken) => client.refresh(refreshToken));
  return accessToken;
}
