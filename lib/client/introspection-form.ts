import { randomUUID } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { HttpAnswer } from '../http/messages.js';
import { CarriedResponse } from './carried-response.js';
import { formEncode, type OAuthContext, type PostForm } from './oauth4webapi.js';

/** A request as oauth4webapi has built it, with the body cut in two where the token goes. */
interface Message {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly before: string;
  readonly after: string;
}

/**
 * Introspection requests (RFC 7662 §2.1) of one client. oauth4webapi builds the message once for each server, and the
 * tokens are put into it: its URL, Headers and URLSearchParams for each new token would cost as much as the call itself.
 */
export class IntrospectionForm {
  readonly #context: OAuthContext;
  // Another one where the discovery document was read anew.
  readonly #messages = new WeakMap<oauth.AuthorizationServer, Message>();

  constructor(context: OAuthContext) {
    this.#context = context;
  }

  /** Sends one token. Throws what the library does where no request can be made of what is known of the server. */
  async send(server: oauth.AuthorizationServer, token: string, post: PostForm): Promise<HttpAnswer> {
    let message = this.#messages.get(server);
    if (message === undefined) {
      message = await this.#build(server);
      this.#messages.set(server, message);
    }
    const { url, headers, before, after } = message;
    return post(url, headers, before + formEncode(token) + after);
  }

  async #build(server: oauth.AuthorizationServer): Promise<Message> {
    const { client, authentication } = this.#context;
    const placeholder = randomUUID();
    let message: Message | undefined;
    await oauth.introspectionRequest(server, client, authentication, placeholder, {
      additionalParameters: { token_type_hint: 'access_token' },
      [oauth.customFetch]: async (url, { headers, body }) => {
        const [before = '', after = ''] = String(body).split(placeholder);
        message = { url, headers, before, after };
        // Nothing is sent: what is wanted is the message.
        return new CarriedResponse({ status: 200, headers: {}, body: '' }).asResponse();
      },
      // defineProvider has refused every endpoint that is neither https nor loopback.
      [oauth.allowInsecureRequests]: true,
    });
    if (message === undefined) throw new TypeError('oauth4webapi made no introspection request');
    return message;
  }
}
