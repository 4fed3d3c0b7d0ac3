import type { AuthorizationServer } from 'oauth4webapi';
import type { FortyTwoError } from '../errors/index.js';
import { events, type ProviderCallEvent } from '../events.js';
import type { HttpAnswer, HttpRequest } from '../http/messages.js';
import type { Http } from '../http/request.js';
import { refuseOutage } from '../http/unavailable.js';
import { parseObject, stringField } from '../json.js';
import type { Provider } from '../providers/provider.js';
import { CoolDown } from './cool-down.js';
import { IntrospectionForm } from './introspection-form.js';
import { KeySets } from './key-sets.js';
import { Metadata } from './metadata.js';
import { type OAuthContext, type PostForm, translateOAuthError } from './oauth4webapi.js';
import type { SecretWatch } from './secret-watch.js';

/** The calls of one client to its provider: under its limits, told to the events, with errors of our own. */
export class ProviderCalls {
  readonly provider: Provider;
  readonly clientID: string;
  readonly oauth: OAuthContext;
  readonly secretWatch: SecretWatch;
  readonly metadata: Metadata;
  readonly keySets: KeySets;
  readonly introspectionForm: IntrospectionForm;
  readonly #http: Http;
  readonly #coolDown = new CoolDown();

  constructor(parts: {
    provider: Provider;
    clientID: string;
    oauth: OAuthContext;
    secretWatch: SecretWatch;
    http: Http;
  }) {
    this.provider = parts.provider;
    this.clientID = parts.clientID;
    this.oauth = parts.oauth;
    this.secretWatch = parts.secretWatch;
    this.#http = parts.http;
    this.introspectionForm = new IntrospectionForm(parts.oauth);
    this.keySets = new KeySets((url) => this.get('jwks', url));
    this.metadata = new Metadata(parts.provider, (url) => this.get('discovery', url));
  }

  /**
   * One call. Any status below 500 but a redirect and 429 is returned.
   *
   * @param endpoint the name that events and errors use.
   */
  send(endpoint: string, request: HttpRequest): Promise<HttpAnswer> {
    const make = events.providerCall.hasSubscribers
      ? () => this.#sendAndTell(endpoint, request)
      : () => this.#http(request);
    return this.#coolDown.call(endpoint, make, judgeOf(request));
  }

  async #sendAndTell(endpoint: string, request: HttpRequest): Promise<HttpAnswer> {
    const started = performance.now();
    const event: ProviderCallEvent = {
      provider: this.provider.name,
      clientID: this.clientID,
      endpoint,
      milliseconds: 0,
    };
    try {
      const answer = await this.#http(request);
      event.status = answer.status;
      return judgeOf(request)(answer);
    } catch (error) {
      event.code = (error as FortyTwoError).code;
      throw error;
    } finally {
      event.milliseconds = performance.now() - started;
      events.providerCall.publish(event);
    }
  }

  /** The server's metadata, read where that is needed and not known yet. */
  server(): Promise<AuthorizationServer> {
    return this.metadata.current();
  }

  /** A GET of a public document. */
  get(endpoint: string, url: string): Promise<HttpAnswer> {
    return this.send(endpoint, { method: 'GET', url, headers: {}, idempotent: true });
  }

  /** A {@link PostForm} for one endpoint, which raises the alarm where our own credentials are refused. */
  post(endpoint: string, options: Pick<HttpRequest, 'idempotent' | 'background'>): PostForm {
    return async (url, headers, body) => {
      const answer = await this.send(endpoint, { method: 'POST', url, headers, body, ...options });
      if (refusesCredentials(answer)) this.secretWatch.refused(endpoint);
      return answer;
    };
  }

  /** What was thrown while a message was built, carried or read, as an error of ours. */
  translated(error: unknown, endpoint: string): FortyTwoError {
    return translateOAuthError(error, endpoint, this.provider, this.secretWatch.advice());
  }
}

/** @throws {ProviderUnavailableError} for an answer that says nothing about what was asked. */
function noOutage(answer: HttpAnswer): HttpAnswer {
  refuseOutage(answer);
  return answer;
}

function judgeOf({ expectsRedirect }: HttpRequest): (answer: HttpAnswer) => HttpAnswer {
  return expectsRedirect ? redirectOrAnswer : noOutage;
}

function redirectOrAnswer(answer: HttpAnswer): HttpAnswer {
  return answer.status === 302 ? answer : noOutage(answer);
}

/**
 * RFC 6749 §5.2 leaves open whether `invalid_client` comes with 400 or 401, and an old Doorkeeper refuses a used code
 * with 401 too.
 */
function refusesCredentials({ status, body }: HttpAnswer): boolean {
  if (status < 400) return false;
  const error = stringField(parseObject(body), 'error');
  return error === 'invalid_client' || (status === 401 && error !== 'invalid_grant');
}
