import { afterEach, describe, expect, test } from 'vitest';
import {
  demoWorld,
  findDifferences,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { newProfile, run } from './run-harness.ts';

let simulator: Simulator;

afterEach(() => simulator.close());

async function start(scenario: Scenario): Promise<void> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
}

describe('a run', () => {
  test('leaves each of the demo issues as expected', async () => {
    const scenario = demoWorld();
    await start(scenario);
    const { end } = await run(simulator);
    expect(end).toEqual({ outcome: 'completed' });
    expect(findDifferences(scenario)).toEqual([]);
  });

  test('over the same queue again writes nothing, in one request', async () => {
    const scenario = demoWorld();
    await start(scenario);
    const profile = newProfile();
    await run(simulator, { profile });
    simulator.requests.reset();
    await run(simulator, { profile });
    expect(simulator.requests.entries.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v2/issues/SUP-1',
    ]);
  });
});
