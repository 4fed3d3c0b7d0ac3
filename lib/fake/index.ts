/**
 * Providers on this machine, for development and tests.
 *
 * @module passport-fortytwo/testing
 */
export { fakeClients } from './42/clients.js';
export type { FakeProviderOptions } from './42/provider.js';
export { type FakeRateLimit, FORTY_TWO_RATE_LIMIT } from './42/rate-limit.js';
export { type FakeUser, fakeUsers } from './42/users.js';
export { fake42MinClients } from './42min/clients.js';
export type { Fake42MinOptions, Fake42MinProvider, IssuePersonalTokenOptions } from './42min/provider.js';
export { fake42MinUsers } from './42min/users.js';
export type { AnyFakeClient, FakeClient, FakePublicClient } from './clients.js';
export { FakeProviderError, type FakeProviderErrorCode } from './errors.js';
export type { FakeFault } from './faults.js';
export type { IssueBoundCodeOptions } from './oauth21/controls.js';
export { type FakeOAuth42Client, fakeOAuth42Clients, type OAuth42GrantType } from './oauth42/clients.js';
export type { FakeIDToken } from './oauth42/id-tokens.js';
export type { FakeJWTChanges } from './oauth42/jwt.js';
export type {
  FakeOAuth42Options,
  FakeOAuth42Provider,
  IssueIDTokenOptions,
  IssueJWTOptions,
} from './oauth42/provider.js';
export { type FakeOAuth42User, fakeMfa, fakeOAuth42Users } from './oauth42/users.js';
export type { FakeProvider, IssueCodeOptions, IssueTokenOptions } from './provider.js';
export type { FakeRequest } from './request-log.js';
export { type AnyFakeProvider, type AnyFakeProviderOptions, startFakeProvider } from './server.js';
export type { FakeAccount } from './users.js';
