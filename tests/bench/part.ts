import type { Builds } from './builds.ts';
import type { Report } from './report.ts';

/** What a part of the benchmark works with. */
export interface Bench {
  readonly builds: Builds;
  readonly report: Report;
  /** How often what varies is measured. */
  readonly runs: number;
  readonly say: (text: string) => void;
}

/** A part that can be run alone (`--only`). */
export interface Part {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<void>;
}
