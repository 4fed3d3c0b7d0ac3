import { missingAnswers, type Property, type Report } from './property.js';

/** What came of all runs of a property so far. */
export class Tally {
  readonly #property: Property;
  readonly #answers = new Map<string, number>();
  #milliseconds = 0;
  tried = 0;

  constructor(property: Property) {
    this.#property = property;
  }

  add({ tried, answers }: Pick<Report, 'tried' | 'answers'>, milliseconds: number): void {
    this.tried += tried;
    this.#milliseconds += milliseconds;
    for (const [answer, count] of answers) this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + count);
  }

  /** How many cases go into this time, by what those so far took: properties share time and not cases. */
  runsIn(milliseconds: number, { first, max }: { first: number; max: number }): number {
    if (this.tried === 0) return first;
    return Math.max(1, Math.min(max, Math.round((this.tried * milliseconds) / this.#milliseconds)));
  }

  /** Answers that should have come long since, and never did. */
  get missing(): string[] {
    return this.tried < this.#property.runs ? [] : missingAnswers(this.#property, this.#answers);
  }

  /** One line: how many, how long, and what they were answered. */
  line(): string {
    const all = [...this.#answers].sort(([, a], [, b]) => b - a);
    const total = all.reduce((sum, [, count]) => sum + count, 0);
    const shares = all.slice(0, 6).map(([answer, count]) => `${answer} ${percent(count / total)}`);
    const more = all.length > 6 ? `, ${all.length - 6} more` : '';
    const took = `${(this.#milliseconds / 1000).toFixed(1)} s`;
    return `${this.tried.toLocaleString('en').padStart(10)} ${took.padStart(8)}  ${this.#property.title}\n${' '.repeat(21)}${shares.join(', ')}${more}`;
  }
}

function percent(share: number): string {
  return share < 0.001 ? '<0.1%' : `${(100 * share).toFixed(1)}%`;
}
