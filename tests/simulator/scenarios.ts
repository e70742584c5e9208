import { demoWorld } from './demo-world.ts';
import type { Scenario } from './expectations.ts';
import type { QueueOptions } from './queue-world.ts';
import { queueWorld } from './queue-world.ts';
import type { SimulatorOptions } from './server.ts';
import type { WorldOptions } from './world.ts';

/** A scenario as data, to be told to another process. */
export type ScenarioSpec =
  | { kind: 'demo'; options?: Omit<WorldOptions, 'now'> }
  | { kind: 'queue'; size: number; options?: Omit<QueueOptions, 'now'> };

/** A simulator as data. */
export interface SimulatorSpec extends Omit<SimulatorOptions, 'world'> {
  scenario: ScenarioSpec;
}

/** Builds what a spec says. */
export function buildScenario(spec: ScenarioSpec): Scenario {
  return spec.kind === 'demo' ? demoWorld(spec.options) : queueWorld(spec.size, spec.options);
}
