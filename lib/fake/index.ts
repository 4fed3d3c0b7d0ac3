export type { FakeProviderOptions } from './42.js';
export { type FakeClient, fakeClients } from './clients.js';
export { FakeProviderError, type FakeProviderErrorCode } from './errors.js';
export type { FakeFault } from './faults.js';
export type { FakeProvider, IssueCodeOptions, IssueTokenOptions } from './provider.js';
export { type FakeRateLimit, FORTY_TWO_RATE_LIMIT } from './rate-limit.js';
export type { FakeRequest } from './request-log.js';
export { startFakeProvider } from './server.js';
export { type FakeUser, fakeUsers } from './users.js';
