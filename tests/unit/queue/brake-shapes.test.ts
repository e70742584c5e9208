import { afterEach, describe, expect, test } from 'vitest';
import {
  errorField,
  type Fault,
  faults,
  findDifferences,
  linkField,
  queueWorld,
  type RequestFilter,
  type Scenario,
  type Simulator,
  startSimulator,
} from '../../simulator/index.ts';
import { allMapped, fieldsOf } from '../../simulator/places.ts';
import { newProfile, run } from './run-harness.ts';

/** Every way in which an API can change under a run: no issue and no item pays for it. */

let simulator: Simulator;

afterEach(() => simulator.close());

const size = 50;
/** Few enough that ten items have not begun yet: twenty are in hand, and may have read all they need. */
const doneBefore = 10;

async function start(scenario = queueWorld(size)): Promise<Scenario> {
  scenario.world.contentRules.requireLogin = false;
  simulator = await startSimulator({ world: scenario.world });
  return scenario;
}

/** What stands right above a resource in these worlds. */
const parents = {
  sprint: ['course', 'course-1'],
  lesson: ['topic', 'topic-1'],
  topic: ['course', 'course-1'],
  course: ['track', '41'],
  track: ['profession', 'data-analyst'],
  profession: ['faculty', '5'],
} as const;

/** As a queue of tasks, but each link leads to one of another type. */
function queueOf(type: keyof typeof parents): Scenario {
  const { world, expectations } = queueWorld(size);
  const [typeAbove, idAbove] = parents[type];
  const parent = world.findResource(typeAbove, idAbove) ?? null;
  return {
    world,
    expectations: expectations.map((expectation, at) => {
      const id = String(7000 + at);
      const resource = world.addResource({ type, id, name: `${type} ${at}`, parent });
      const link = `https://learn.example/${type}/${id}/`;
      world.editIssue(expectation.key ?? '', { [linkField]: link });
      return { ...expectation, fields: allMapped({}, fieldsOf(resource)) };
    }),
  };
}

/** What was written that accuses somebody. */
function accused({ world, expectations }: Scenario): unknown[] {
  const items = [...world.issue('SUP-1').items.values()];
  return [
    ...items.filter(({ deadline }) => deadline?.startsWith('2099')),
    ...expectations.flatMap(({ key }) => world.findIssue(key ?? '')?.fields.get(errorField) ?? []),
  ];
}

/** Lets the API change once some of the items are done; then heals it, and all is made good. */
async function expectNoHarm(
  on: RequestFilter,
  fault: Fault,
  ended: object,
  queue = queueWorld(size),
): Promise<void> {
  const scenario = await start(queue);
  await expectChangeHarmless(scenario, () => simulator.faults.add({ on, fault }), ended);
}

async function expectChangeHarmless(
  scenario: Scenario,
  change: () => void,
  ended: object,
): Promise<void> {
  const { world } = scenario;
  simulator.faults.beforeRequest = () => {
    if (world.issue('SUP-1').done < doneBefore) return undefined;
    simulator.faults.beforeRequest = null;
    change();
    return undefined;
  };
  const profile = newProfile();
  const { end } = await run(simulator, { profile });
  expect(end).toMatchObject(ended);
  expect(accused(scenario)).toEqual([]);

  simulator.faults.clear();
  world.contentRules.vanished = null;
  await run(simulator, { profile });
  expect(findDifferences(scenario)).toEqual([]);
}

const braked = { outcome: 'halted', failure: { code: 'many_alike' } };

describe('the content API', () => {
  const changes: [about: string, fault: Fault][] = [
    ['an empty object', faults.json({})],
    ['an empty list', faults.json([])],
    ['null', faults.json(null)],
    ['a text', faults.json('ok')],
    ['an envelope around it', faults.json({ result: { id: 1, name: 'Joins' } })],
    ['a list around it', faults.json([{ id: 1, name: 'Joins' }])],
    ['another resource', faults.json({ id: 'another', name: 'Another', description: 'Another' })],
    ['members of other types', faults.json({ id: { value: 1 }, name: ['Joins'], description: 7 })],
    ['400', faults.json({ detail: 'bad request' }, 400)],
    ['403', faults.json({ detail: 'forbidden' }, 403)],
  ];

  test.each<[string, Fault]>([
    ...changes,
    ['errors', faults.json({ errors: ['not supported any more'] })],
    ['404', faults.json({ detail: 'not found' }, 404)],
    ['410', faults.json({ detail: 'gone' }, 410)],
  ])('that turns to %s halts the run, and nothing is written', async (_about, fault) => {
    await expectNoHarm({ side: 'content' }, fault, braked);
  });

  // Of a sprint only the name is to be read, whose errors are ignored: not these.
  test.each(changes)('that turns to %s does so where sprints are linked', async (_about, fault) => {
    await expectNoHarm({ side: 'content' }, fault, braked, queueOf('sprint'));
  });

  test.each(['lesson', 'topic', 'course', 'track', 'profession', 'sprint'] as const)(
    'that forbids all from the start is one that asks for a login: %s',
    async (type) => {
      const scenario = await start(queueOf(type));
      const { world } = scenario;
      Object.assign(world.contentRules, { requireLogin: true, signedOut: '403' });
      const { end } = await run(simulator);
      expect(end).toMatchObject({ failure: { code: 'content_login_required' } });
      expect(accused(scenario)).toEqual([]);
      expect(world.issue('SUP-1').done).toBe(0);
    },
  );

  // One member that goes leaves answers that are right in all else.
  test.each(['id', 'type', 'name'])(
    'whose answers lose their %s halts the run, and nothing is written',
    async (member) => {
      const scenario = await start();
      const { contentRules } = scenario.world;
      const change = () => Object.assign(contentRules, { vanished: member });
      await expectChangeHarmless(scenario, change, braked);
    },
  );

  test.each<[string, Fault, object]>([
    ['its login', faults.proxyPage(200), { failure: { code: 'content_login_required' } }],
    ['401', faults.json({}, 401), { failure: { code: 'content_login_required' } }],
    ['no body', faults.emptyOk, { failure: { code: 'content_unavailable' } }],
  ])('that turns to %s says so, and nothing is written', async (_about, fault, ended) => {
    await expectNoHarm({ side: 'content' }, fault, ended);
  });
});

describe('the tracker', () => {
  const patch: RequestFilter = { side: 'tracker', method: 'PATCH', path: /\/issues\/SUP-\d+$/ };

  test.each<[string, Fault]>([
    ['a field of another type', faults.json({ errors: { summary: 'no' }, errorMessages: [] }, 422)],
    ['a body of another form', faults.json({ errors: {}, errorMessages: ['no'] }, 400)],
    ['no permission', faults.json({ errorMessages: ['no'] }, 403)],
    ['no such issue', faults.json({ errorMessages: ['no'] }, 404)],
  ])('that refuses every PATCH halts the run: %s', async (_about, fault) => {
    await expectNoHarm(patch, fault, braked);
  });

  test('that confirms a PATCH with something else has it looked at again', async () => {
    await expectNoHarm(patch, faults.json({ updated: true }), {});
  });

  test.each([403, 404])('that shows no issue any more halts the run: %i', async (status) => {
    const scenario = await start();
    simulator.faults.add({ on: { path: /_search$/ }, fault: faults.json([]) });
    const fault = faults.json({ errorMessages: ['no'] }, status);
    // The checklist issue is SUP-1.
    simulator.faults.add({ on: { method: 'GET', path: /\/issues\/SUP-(?!1$)\d+$/ }, fault });
    const profile = newProfile();
    const { end } = await run(simulator, { profile });
    expect(end).toMatchObject(braked);
    expect(accused(scenario)).toEqual([]);

    simulator.faults.clear();
    await run(simulator, { profile });
    expect(findDifferences(scenario)).toEqual([]);
  });
});
