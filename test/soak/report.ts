import type { Sample } from './sample.js';
import { megabytes, type Results } from './soak.js';
import type { Counts } from './tally.js';
import { verdicts } from './verdicts.js';

const ROWS = 12;

/** A soak as text for people. */
export function report(results: Results): string {
  const { samples, before, after, quiet, faulty, calls, faults } = results;
  const kinds = [...new Set([...quiet.keys(), ...faulty.keys()])].sort();
  const some = samples.filter((_, index) => index % Math.ceil(samples.length / ROWS) === 0);
  const rows: [string, Sample][] = [
    ['before', before],
    ...some.map((sample): [string, Sample] => [
      `${Math.round((100 * samples.indexOf(sample)) / samples.length)} %`,
      sample,
    ]),
    ['after', after],
  ];
  return [
    table(
      ['', 'heap MB', 'rss MB', 'sockets', 'timers', 'loop delay p50 ms', 'p99', 'max'],
      rows.map(([when, sample]) => [when, ...cellsOf(sample)]),
    ),
    `The longest that the loop was late: ${Math.max(...samples.map(({ loopDelay }) => loopDelay.max)).toFixed(0)} ms.`,
    table(
      ['Answers', 'while all is well', 'with faults, and until 8 s after'],
      kinds.map((kind) => [kind, shown(quiet.get(kind)), shown(faulty.get(kind))]),
    ),
    `Faults: ${counted(faults)}.\nCalls to the providers: ${counted(calls)}.`,
    table(
      ['Must hold', 'measured', ''],
      verdicts(results).map(({ promise, measured, met }) => [
        promise,
        measured,
        met === undefined ? 'too short to tell' : met ? 'pass' : 'FAIL',
      ]),
    ),
  ].join('\n\n');
}

function cellsOf({ heapUsed, rss, resources, loopDelay }: Sample): string[] {
  const { p50, p99, max } = loopDelay;
  return [
    megabytes(heapUsed),
    megabytes(rss),
    String(resources.TCPSocketWrap ?? 0),
    String(resources.Timeout ?? 0),
    ...[p50, p99, max].map((milliseconds) => milliseconds.toFixed(1)),
  ];
}

function counted(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} (${count})`).join(', ');
}

function shown(counts: Counts | undefined): string {
  if (counts === undefined) return '';
  const byStatus = [...counts].sort(([a], [b]) => String(a).localeCompare(String(b)));
  return byStatus.map(([status, count]) => `${status} × ${count}`).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [head, widths.map((width) => '─'.repeat(width)), ...rows].map(line).join('\n');
}
