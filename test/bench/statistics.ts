/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a part of the values lies; between two neighbours, in proportion. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** A ratio computed round by round: its median, and the quartiles that tell how far to trust it. */
export interface PairedRatio {
  median: number;
  low: number;
  high: number;
}

/** What `metric` says of two contestants in the same round, divided; noise that lasts longer than a round cancels out. */
export function pairedRatio<N extends string, S>(
  rounds: readonly Record<N, S>[],
  [above, below]: readonly [N, N],
  metric: (sample: S) => number,
): PairedRatio {
  const ratios = rounds.map((round) => metric(round[above]) / metric(round[below]));
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** The median of a metric over all rounds. */
export function medianOf<N extends string, S>(
  rounds: readonly Record<N, S>[],
  name: N,
  metric: (sample: S) => number,
): number {
  return median(rounds.map((round) => metric(round[name])));
}

/**
 * Measures each contestant once a round. Every other round goes backwards, so that nobody always comes after the same
 * neighbour.
 */
export async function interleave<N extends string, S>(
  rounds: number,
  names: readonly N[],
  measure: (name: N) => Promise<S>,
): Promise<Record<N, S>[]> {
  const samples: Record<N, S>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const sample = {} as Record<N, S>;
    for (const name of round % 2 === 0 ? names : [...names].reverse()) sample[name] = await measure(name);
    samples.push(sample);
  }
  return samples;
}
