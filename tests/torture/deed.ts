import type { Expectation, Scenario } from '../simulator/index.ts';
import type { Seat } from './seat.ts';

/** Something the extension does, in which its worker is to be killed. */
export interface Deed {
  readonly name: string;
  /** Sets the scene anew; what it gives names what is wrong once all is over. */
  readonly prepare: (scenario: Scenario, round: number, seat: Seat) => Check | Promise<Check>;
  readonly begin: (seat: Seat) => Promise<void>;
}

/** Names what is wrong. */
type Check = () => string[] | Promise<string[]>;

const itemsARound = 3;

/** Each round has issues of its own, so that a browser and its profile serve for all. */
export function expectationsOf({ expectations }: Scenario, round: number): readonly Expectation[] {
  const own = expectations.slice(round * itemsARound, (round + 1) * itemsARound);
  if (own.length < itemsARound) throw new Error('more rounds than the world has issues for');
  return own;
}
