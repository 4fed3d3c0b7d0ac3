/** How the site's process is doing. */
export interface Sample {
  /** Bytes, after a collection. */
  heapUsed: number;
  rss: number;
  /** Milliseconds by which the event loop was late, since the last sample. */
  loopDelay: { p50: number; p99: number; max: number };
  /** What the process has open, counted by Node's names: `TCPSocketWrap`, `Timeout` and so on. */
  resources: Record<string, number>;
}

/** What a line of stderr begins with that tells of trouble. */
export const troubleMark = 'soak! ';
