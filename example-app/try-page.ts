import { Router } from 'express';
import { type FortyTwoClient, FortyTwoError, type LoginSession, SessionError } from 'passport-fortytwo';
import { callApi, ownAddress } from './api-call.js';
import type { ApiCaller, Experiment, Step } from './experiments.js';
import { sendPage } from './views.js';

export interface TryPageOptions {
  client: FortyTwoClient;
  session: LoginSession;
  callbackURL: string;
  experiments: readonly Experiment[];
}

/** The page that calls the site's own API as an application somewhere else would, and shows what went over the wire. */
export function tryPage({ client, session, callbackURL, experiments }: TryPageOptions): Router {
  const { requireLogin, accessToken, apiFor } = session;
  const { host } = new URL(callbackURL);
  const own = { provider: client.provider.name };
  const { pathname: profilePath } = new URL(client.provider.profileEndpoint);
  const router = Router();
  const title = 'Try the API';

  router.get('/try', requireLogin(), (req, res) => {
    sendPage(req, res, 'try', title, { experiments, tried: undefined });
  });
  router.post('/try', async (req, res) => {
    const token = await accessToken(req, own);
    const experiment = experiments.find(({ name }) => name === req.body?.experiment);
    if (experiment === undefined) {
      res.redirect(303, '/try');
      return;
    }
    const base = ownAddress(req.socket);
    const call: ApiCaller = (path, accessToken) => callApi({ base, host, path, accessToken });
    // A call with a token that the provider refuses has it refreshed.
    const renew = async () => {
      await apiFor(req, own).get(profilePath);
      return accessToken(req, own);
    };
    const steps: Step[] = [];
    let problem: string | undefined;
    try {
      for await (const step of experiment.run({ client, token, renew, call })) steps.push(step);
    } catch (error) {
      if (!(error instanceof FortyTwoError) || error instanceof SessionError) throw error;
      problem = error.message;
      res.status(error.status);
    }
    sendPage(req, res, 'try', title, { experiments, tried: { name: experiment.name, steps, problem } });
  });
  return router;
}
