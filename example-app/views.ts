import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Request, RequestHandler, Response } from 'express';
import type { LoginSession, Provider } from 'passport-fortytwo';
import type { Experiment, Step } from './experiments.js';
import { loginPaths } from './login-paths.js';
import type { Person } from './people.js';
import type { ProfileView } from './profile-view.js';
import type { Factor } from './second-factor-form.js';

export const publicFolder = fileURLToPath(new URL('public', import.meta.url));

const eta = new Eta({
  views: fileURLToPath(new URL('views', import.meta.url)),
  autoEscape: true,
  cache: true,
});

/** The pages of the folder `views`, and what each of them shows. */
interface Views {
  home: { returnTo: string; loggedOut: string };
  profile: ProfileView & {
    /** Whether it was to be fetched anew, and could not be. */
    isOld: boolean;
  };
  try: {
    experiments: readonly Experiment[];
    tried: { name: string; steps: readonly Step[]; problem: string | undefined } | undefined;
  };
  'second-factor': SecondFactorView;
  failure: {
    stamp: string;
    title: string;
    advice: string;
    code: string | undefined;
    /** What may help. */
    wayOut: Link | undefined;
  };
}

export interface SecondFactorView {
  /** What people call who asks. */
  askedBy: string;
  /** Where to begin once more. */
  again: Link;
  /** What was wrong with the last try. */
  problem: string | undefined;
  /** Which form the last try came from. */
  tried: Factor['kind'];
}

export interface Link {
  label: string;
  href: string;
}

/** What every page knows of the site, and of who looks at it. */
interface Site {
  /** What people call the provider. */
  providerName: string;
  loginPath: string;
  fakeURL: string | undefined;
  visitorName?: string;
  /** For the forms of the page, of whoever is logged in. */
  formToken?: string;
}

/** What every page knows beside its own data. */
interface Frame extends Site {
  title: string;
  path: string;
}

/** Tells pages whom people log in with, where the fake is, if there is one, and who is logged in. */
export function views(
  provider: Provider,
  fakeURL: string | undefined,
  { currentLogin, csrfToken }: LoginSession,
): RequestHandler {
  const site: Site = { providerName: provider.displayName, loginPath: loginPaths(provider.name).start, fakeURL };
  return async (req, res, next) => {
    Object.assign(res.locals, site);
    // Pages show who is logged in, so no cache keeps them, not even for the back button after a logout.
    res.set('Cache-Control', 'no-store');
    const login = await currentLogin(req);
    if (login !== undefined) {
      const { name } = login.account.user as Person;
      Object.assign(res.locals, { visitorName: name, formToken: await csrfToken(req) } satisfies Partial<Site>);
    }
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
  const frame: Frame = { ...(res.locals as Site), title, path: req.path };
  res.type('html').send(eta.render(`./${view}`, { ...data, frame }));
}
