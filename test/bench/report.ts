import { contestantNames } from './contestants/index.js';
import type { Results } from './results.js';
import type { PairedRatio } from './statistics.js';
import { verdicts } from './targets.js';

/** A run as tables for people. */
export function report(results: Results): string {
  const { hit, endToEnd, login, memory, cold, misses, pages, imports } = results;
  return [
    table(
      ['A hit in-process', 'ns a request', 'ns of CPU', 'same tick'],
      contestantNames.map((name) => {
        const { time, cpu, judgements } = hit.contestants[name];
        return [name, time.toFixed(0), cpu.toFixed(0), judgements.good.sameTick ? 'yes' : 'no'];
      }),
    ),
    table(
      ['Cost, pair by pair', 'median', 'quartiles'],
      [
        ['requireBearer / ideal check', ...ratio(hit.toIdeal)],
        ['passport-http-bearer / requireBearer', ...ratio(hit.fromPassportHttpBearer)],
        ['passport-http-bearer, unhashed / requireBearer', ...ratio(hit.fromPassportHttpBearerUnhashed)],
        ['express-oauth2-jwt-bearer / requireBearer', ...ratio(hit.fromExpressOauth2JwtBearer)],
        ['express-oauth2-jwt-bearer / requireBearer, CPU', ...ratio(hit.fromExpressOauth2JwtBearerCpu)],
      ],
    ),
    table(
      ['A hit end to end (Express)', 'requests/s', 'p99 ms', 'CPU µs a request'],
      contestantNames.map((name) => {
        const { requestsPerSecond, p99, cpuMicroseconds } = endToEnd.contestants[name];
        return [name, requestsPerSecond.toFixed(0), p99.toFixed(2), cpuMicroseconds.toFixed(1)];
      }),
    ),
    table(
      ['Throughput, pair by pair', 'median', 'quartiles'],
      [
        ['requireBearer / ideal check, two routes of one site', ...ratio(endToEnd.ofIdeal)],
        ['requireBearer / no check', ...ratio(endToEnd.ofNoCheck)],
      ],
    ),
    table(
      ['Login redirect (Express)', 'requests/s', 'p99 ms', 'CPU µs a request'],
      Object.entries(login.sites).map(([name, { requestsPerSecond, p99, cpuMicroseconds }]) => [
        name,
        requestsPerSecond.toFixed(0),
        p99.toFixed(2),
        cpuMicroseconds.toFixed(1),
      ]),
    ),
    table(
      ['Throughput, pair by pair', 'median', 'quartiles'],
      [
        ['FortyTwoStrategy, before the session / passport-oauth2', ...ratio(login.beforeSession)],
        ['FortyTwoStrategy, behind the session / passport-oauth2', ...ratio(login.behindSession)],
        ['a bare redirect, behind the session / passport-oauth2', ...ratio(login.bareBehindSession)],
      ],
    ),
    table(
      ['Memory of a cached token', 'heap bytes', 'typed array bytes'],
      Object.entries(memory).map(([tokens, { heap, external }]) => [
        `${Number(tokens).toLocaleString('en')} tokens`,
        heap.toFixed(0),
        external.toFixed(0),
      ]),
    ),
    table(
      ['A new token', 'CPU µs a lookup', 'bare node:http', 'median ratio', 'quartiles'],
      Object.entries(cold.lookups).map(([method, cost]) => [
        method,
        cost.requireBearer.toFixed(0),
        cost['node:http'].toFixed(0),
        ...ratio(cost.ratio),
      ]),
    ),
    table(
      ['Every token new, by introspection (Express)', 'requests/s', 'p99 ms', 'CPU µs a request'],
      Object.entries(misses.sites).map(([name, of]) => [
        name,
        of.requestsPerSecond.toFixed(0),
        of.p99.toFixed(2),
        of.cpuMicroseconds.toFixed(1),
      ]),
    ),
    table(
      ['A page for who is logged in (Express)', 'requests/s', 'p99 ms', 'CPU µs a request'],
      Object.entries(pages.sites).map(([name, of]) => [
        name,
        of.requestsPerSecond.toFixed(0),
        of.p99.toFixed(2),
        of.cpuMicroseconds.toFixed(1),
      ]),
    ),
    table(
      ['Throughput, pair by pair', 'median', 'quartiles'],
      [
        ['requireBearer, every token new / node:http, by CPU', ...ratio(misses.ofBareCall)],
        ["requireLogin / express-openid-connect's requiresAuth", ...ratio(pages.ofOpenIDConnect)],
        ['requireLogin / Passport with express-session', ...ratio(pages.ofPassport)],
        ['requireLogin and accessToken / Passport with express-session', ...ratio(pages.withTokenOfPassport)],
      ],
    ),
    table(
      ['An import', 'CPU ms', 'median ratio', 'quartiles'],
      [
        ['its dependencies', (imports['its dependencies'] / 1000).toFixed(1), '', ''],
        ['passport-fortytwo', (imports['passport-fortytwo'] / 1000).toFixed(1), ...ratio(imports.ratio)],
      ],
    ),
    table(
      ['Promised', 'measured', ''],
      verdicts(results).map(({ promise, measured, met }) => [promise, measured, met ? 'pass' : 'MISS']),
    ),
  ].join('\n\n');
}

function ratio({ median, low, high }: PairedRatio): [string, string] {
  return [median.toFixed(3), `${low.toFixed(3)} – ${high.toFixed(3)}`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  return [head, widths.map((width) => '─'.repeat(width)), ...rows].map((cells) => line(cells).join('  ')).join('\n');
}
