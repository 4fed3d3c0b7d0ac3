import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BearerError } from '../errors/index.js';
import { handOn } from '../hand-on.js';
import { credentialsHash, tokenHash } from '../store/token-hash.js';
import { RequestAuth } from './auth.js';
import type { Lookup } from './lookups.js';
import type { BearerMiddleware, Next } from './middleware.js';
import { type Policy, PolicyCheck } from './policy.js';
import { Refusals, writeRefusal } from './refusal.js';
import { markPrivate, mayHoldMoreTokens, readToken, SCHEME, type TokenCarrier, usualToken } from './token.js';
import { CachedToken } from './token-cache.js';
import type { TokenChecker } from './token-checker.js';

/** A well-formed token of a request. */
interface Presented {
  readonly token: string;
  readonly hash: string;
  /** What the cache has for it, of which it is not said yet that it is fresh. */
  readonly known: CachedToken | undefined;
}

/** Lets one route's requests in by the tokens of one client, as the route's policy says. */
export class RouteGuard {
  readonly refusals: Refusals;
  /** For a route to which nobody else's tokens come. A token found in the cache is judged in the same tick. */
  readonly middleware: BearerMiddleware;
  readonly #checker: TokenChecker;
  readonly #policy: Policy;
  readonly #policyCheck: PolicyCheck;
  readonly #provider: string;

  constructor(checker: TokenChecker, policy: Policy) {
    this.#checker = checker;
    this.#policy = policy;
    this.#policyCheck = new PolicyCheck(policy);
    this.#provider = checker.config.client.provider.name;
    this.refusals = new Refusals(checker.shared.realm, policy);
    const { cache } = checker;
    const maxLength = SCHEME.length + checker.shared.places.maxTokenLength;
    this.middleware = (req, res, next) => {
      const { authorization } = req.headers;
      const isUsable = authorization !== undefined && authorization.length <= maxLength;
      const hash = isUsable ? credentialsHash(authorization) : undefined;
      const known = hash === undefined ? undefined : cache.get(hash);
      if (known === undefined || mayHoldMoreTokens(req as TokenCarrier) || !cache.isFresh(known)) {
        this.#checkCarefully(req, res, next, hash, known);
        return;
      }
      checker.countHit();
      this.#judge(known, req, res, next);
    };
  }

  /** Checks a request by a well-formed token that is this client's, if it is anybody's. */
  check(token: string, req: IncomingMessage, res: ServerResponse, next: Next): void {
    const hash = tokenHash(token);
    this.#check({ token, hash, known: this.#checker.cache.get(hash) }, req, res, next);
  }

  /**
   * Everything but a fresh token in the cache.
   *
   * @param hash of the header, unless there is none or it is too long.
   */
  #checkCarefully(
    req: IncomingMessage,
    res: ServerResponse,
    next: Next,
    hash: string | undefined,
    known: CachedToken | undefined,
  ): void {
    const usual = hash === undefined ? undefined : usualToken(req as TokenCarrier);
    if (usual !== undefined && hash !== undefined) {
      this.#check({ token: usual, hash, known }, req, res, next);
      return;
    }
    const { places } = this.#checker.shared;
    const token = readToken(req as TokenCarrier, places);
    if (typeof token !== 'string') {
      this.#refuse(this.refusals.ofRequest(token.code, token.description), req, res, next);
      return;
    }
    markPrivate(req, res, places);
    this.check(token, req, res, next);
  }

  #check({ token, hash, known }: Presented, req: IncomingMessage, res: ServerResponse, next: Next): void {
    const refusal = this.#unaskedRefusal(token);
    if (refusal !== undefined) {
      this.#refuse(refusal, req, res, next);
      return;
    }
    const found = this.#checker.known(hash, known);
    if (found !== undefined) {
      this.#conclude(found, req, res, next);
      return;
    }
    this.#checker.lookUp(hash, token, req).then(
      (looked) => handOn(next, () => this.#conclude(looked, req, res, next)),
      (error: unknown) => handOn(next, () => this.#refuse(this.refusals.ofOutage(error), req, res, next)),
    );
  }

  /** Nobody is asked about a token that this route would not let in anyway. */
  #unaskedRefusal(token: string): BearerError | undefined {
    const { clients, personalTokens } = this.#policy;
    if (clients.size === 0) return this.refusals.ofStranger();
    const { personalTokenPrefix } = this.#checker.config.client.provider;
    const isPersonal = personalTokenPrefix !== undefined && token.startsWith(personalTokenPrefix);
    return isPersonal && !personalTokens ? this.refusals.ofShortfall('personal') : undefined;
  }

  #conclude(found: Lookup, req: IncomingMessage, res: ServerResponse, next: Next): void {
    if (found instanceof CachedToken) this.#judge(found, req, res, next);
    else this.#refuse(this.refusals.ofToken(found.refused), req, res, next);
  }

  #judge(token: CachedToken, req: IncomingMessage, res: ServerResponse, next: Next): void {
    const shortfall = this.#policyCheck.shortfallOf(token.shared);
    if (shortfall !== undefined) {
      this.#refuse(this.refusals.ofShortfall(shortfall), req, res, next);
      return;
    }
    (req as AuthenticatedRequest).auth = new RequestAuth(this.#provider, token);
    next();
  }

  #refuse(error: BearerError, req: IncomingMessage, res: ServerResponse, next: Next): void {
    this.#checker.countRefusal(error);
    writeRefusal(error, this.#checker.shared.onRefused, req, res, next);
  }
}

interface AuthenticatedRequest extends IncomingMessage {
  auth: RequestAuth;
}
