import { afterEach, expect, test } from 'vitest';
import type { Failure } from '../../../src/errors/failure.ts';
import { processQueues } from '../../../src/queue/process.ts';
import type { RunContext } from '../../../src/queue/run-context.ts';
import {
  errorField,
  linkField,
  queueWorld,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { newProfile, run } from './run-harness.ts';

/** Items that stay open fail again in every pass: what was told is not told in other words. */

const settings = { leaveFailedUnchecked: true };
let simulator: Simulator;

afterEach(() => simulator.close());

async function start(size: number): Promise<Scenario & { first: string }> {
  const scenario = queueWorld(size);
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
  return { ...scenario, first: scenario.expectations[0]?.key ?? '' };
}

test('an API’s error that has other words each time is written once', async () => {
  const { world, first } = await start(3);
  const profile = newProfile();
  const failWith = (text: string) =>
    world.editResource('task', 'task-1', {
      trouble: { kind: 'errors', errors: [text] },
      troubleAt: 'both',
    });
  failWith('request 1');
  await run(simulator, { profile, settings });
  const versions = () => [world.issue(first).version, world.issue('SUP-1').version];
  const written = versions();
  failWith('request 2');
  await run(simulator, { profile, settings });
  expect(versions()).toEqual(written);
  expect(world.issue(first).fields.get(errorField)).toContain('request 1');
});

test('browsers in two languages do not take turns', async () => {
  const { world, first } = await start(2);
  world.editIssue(first, { [linkField]: null });
  const inLanguage = (text: string) => (context: RunContext) =>
    processQueues({ ...context, sentence: ({ details }: Failure) => `${text} ${details}` });
  const [english, russian] = [newProfile(), newProfile()];
  await run(simulator, { profile: english, settings, work: inLanguage('The link field is empty') });
  const written = [world.issue(first).version, world.issue('SUP-1').version];
  await run(simulator, { profile: russian, settings, work: inLanguage('Поле ссылки пусто') });
  await run(simulator, { profile: english, settings, work: inLanguage('The link field is empty') });
  expect([world.issue(first).version, world.issue('SUP-1').version]).toEqual(written);
});

test('a checklist issue in its own list is told of in its summary, once', async () => {
  const { world } = await start(1);
  world.addItem('SUP-1', { text: 'SUP-1' });
  const profile = newProfile();
  await run(simulator, { profile, settings });
  const { version } = world.issue('SUP-1');
  await run(simulator, { profile, settings });
  expect(world.issue('SUP-1').version).toBe(version);
  expect(world.issue('SUP-1').fields.get(errorField)).toMatch(/^SUP-1: link_not_set: /);
});
