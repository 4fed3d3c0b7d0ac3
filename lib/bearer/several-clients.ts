import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FortyTwoClient } from '../client/client.js';
import { type BearerError, ConfigurationError } from '../errors/index.js';
import { events } from '../events.js';
import type { BearerProtection } from './bearer-auth.js';
import { createGate, type Door } from './gate.js';
import { readPolicy } from './policy.js';
import { type BearerMiddleware, type Next, Refusals, reasonFor, writeRefusal } from './refusal.js';
import type { Route } from './routing.js';
import type { ClientSettings, Settings, SharedSettings } from './settings.js';
import { sumOf } from './stats.js';
import { markPrivate, readToken, type TokenCarrier } from './token.js';

/**
 * Protects routes that the tokens of several clients come to: each request goes to the one gate that its token is for,
 * and is judged there as if there were no other.
 */
export function joinGates(
  clients: Settings['clients'],
  route: Route,
  shared: SharedSettings,
): Pick<BearerProtection, 'requireBearer' | 'stats'> {
  const { places, realm, onRefused } = shared;
  const gates = clients.map((settings) => createGate(settings, shared));
  // What never came to a gate.
  const turnedAway = sumOf([]);

  function turnAway(error: BearerError, req: IncomingMessage, res: ServerResponse, next: Next): void {
    const outcome = error.status === 503 ? 'unavailable' : 'refused';
    turnedAway[outcome] += 1;
    events.tokenCheck.publish({ outcome, code: error.code });
    writeRefusal(error, onRefused, req, res, next);
  }

  function middlewareOf(doors: ReadonlyMap<FortyTwoClient, Door>, refusals: Refusals): BearerMiddleware {
    function send(token: string, client: FortyTwoClient | undefined, ...[req, res, next]: Handled): void {
      const door = client && doors.get(client);
      if (door) door.admit(token, req, res, next);
      else turnAway(refusals.ofStranger(), req, res, next);
    }

    return function bearerMiddleware(req, res, next) {
      const token = readToken(req as TokenCarrier, places);
      if (typeof token !== 'string') {
        turnAway(refusals.ofRequest(token.code, token.description), req, res, next);
        return;
      }
      markPrivate(req, res, places);
      let client: ReturnType<Route>;
      try {
        client = route(token);
      } catch (error) {
        // Of the site's own `choose`, or of providers that claim the same issuer.
        next(reasonFor(error, 'choose'));
        return;
      }
      if (!(client instanceof Promise)) {
        send(token, client, req, res, next);
        return;
      }
      client
        .then(
          (found) => send(token, found, req, res, next),
          (error: unknown) => {
            if (error instanceof ConfigurationError) next(error);
            else turnAway(refusals.ofOutage(error), req, res, next);
          },
        )
        // Nobody else would hear of what a handler throws that isn't called by Express.
        .catch(next);
    };
  }

  return {
    requireBearer(requirement, options = {}) {
      const policyOf = (own: ClientSettings) => readPolicy(requirement, options, own, clients);
      const doors = gates.map((gate) => [gate.settings.client, gate.door(policyOf(gate.settings))] as const);
      // Who is turned away is told what the route asks of all.
      const ofAll = readPolicy(requirement, {}, clients[0], clients);
      return middlewareOf(new Map(doors), new Refusals(realm, ofAll));
    },
    stats() {
      const each = gates.map(({ settings: { client }, stats }) => {
        return { provider: client.provider.name, clientID: client.clientID, ...stats() };
      });
      return { ...sumOf([turnedAway, ...each]), clients: each };
    },
  };
}

type Handled = Parameters<BearerMiddleware>;
