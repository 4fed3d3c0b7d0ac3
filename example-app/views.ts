import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Request, RequestHandler, Response } from 'express';
import type { Provider } from 'passport-fortytwo';
import type { Experiment, Step } from './experiments.js';
import { formTokenOf } from './forms.js';
import { loginPaths } from './login-paths.js';
import type { ProfileView } from './profile-view.js';
import type { SecondFactorView } from './second-factor.js';
import { visitorOf } from './visitor.js';

export const publicFolder = fileURLToPath(new URL('public', import.meta.url));

const eta = new Eta({
  views: fileURLToPath(new URL('views', import.meta.url)),
  autoEscape: true,
  cache: true,
});

/** The pages of the folder `views`, and what each of them shows. */
interface Views {
  home: { returnTo: string; loggedOut: string };
  profile: ProfileView;
  try: {
    experiments: readonly Experiment[];
    tried: { name: string; steps: readonly Step[]; problem: string | undefined } | undefined;
  };
  'second-factor': SecondFactorView;
  failure: { stamp: string; title: string; advice: string; code: string | undefined; canRetry: boolean };
}

/** What every page knows of the site. */
interface Site {
  /** What people call the provider. */
  providerName: string;
  loginPath: string;
  fakeURL: string | undefined;
}

/** What every page knows beside its own data. */
interface Frame extends Site {
  title: string;
  path: string;
  visitorName: string | undefined;
  /** For the forms of the page; undefined where nobody is logged in, so that passers-by get no session. */
  formToken: string | undefined;
}

/** Tells pages whom people log in with, and where the fake is, if there is one. */
export function views(provider: Provider, fakeURL: string | undefined): RequestHandler {
  const site: Site = { providerName: provider.displayName, loginPath: loginPaths(provider.name).start, fakeURL };
  return (_req, res, next) => {
    Object.assign(res.locals, site);
    // Pages show who is logged in, so no cache keeps them, not even for the back button after a logout.
    res.set('Cache-Control', 'no-store');
    next();
  };
}

/** Answers with a page. */
export function sendPage<View extends keyof Views>(
  req: Request,
  res: Response,
  view: View,
  title: string,
  data: Views[View],
): void {
  const visitor = visitorOf(req);
  const frame: Frame = {
    ...(res.locals as Site),
    title,
    path: req.path,
    visitorName: visitor?.person.name,
    formToken: visitor && formTokenOf(req),
  };
  res.type('html').send(eta.render(`./${view}`, { ...data, frame }));
}
