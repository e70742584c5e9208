import fc from 'fast-check';
import { linkField, queueWorld } from '../../simulator/index.ts';
import { compare, type Subject, sequences } from './commands.ts';
import { MadeUpTime } from './made-up-time.ts';
import { Model } from './model.ts';
import { Profile } from './profile.ts';

/** The model against the extension without a browser: thousands of sequences. */

const issueCount = 6;
const taskCount = 6;
const longestSequence = 30;
const mostRequests = 40;

interface ModelRun {
  readonly seed: number;
  readonly sequences: number;
}

interface ModelResult {
  readonly commands: number;
  readonly runs: number;
  readonly requests: number;
  /** How the first sequence that fails does so, made as short as can be. */
  readonly failure: string | null;
}

export async function modelInNode({ seed, sequences: numRuns }: ModelRun): Promise<ModelResult> {
  const figures = { commands: 0, runs: 0, requests: 0 };
  const fetchBefore = globalThis.fetch;
  const property = fc.asyncProperty(sequences(longestSequence, mostRequests), async (commands) => {
    const time = new MadeUpTime();
    time.takeOver();
    try {
      const { model, subject, profile } = setUp(time, figures);
      globalThis.fetch = profile.network.fetch;
      await fc.asyncModelRun(() => ({ model, real: subject }), commands);
      figures.requests += profile.network.requests;
      figures.commands += [...commands].length;
    } finally {
      time.giveBack();
      globalThis.fetch = fetchBefore;
    }
  });
  const details = await fc.check(property, { seed, numRuns, endOnFailure: false });
  const report = details.failed
    ? `${fc.defaultReportMessage(details)}\n${details.errorInstance}`
    : null;
  return { ...figures, failure: report };
}

function setUp(time: MadeUpTime, figures: { runs: number }) {
  const { world, expectations } = queueWorld(issueCount, {
    distinctTasks: taskCount,
    lessons: 3,
    now: () => time.now,
  });
  const queue = world.checklistKeys[0] ?? '';
  world.replaceItems(queue, []);
  const model = new Model();
  const issueKeys = expectations.map(({ key }) => key ?? '');
  for (const key of issueKeys) {
    const link = String(world.issue(key).fields.get(linkField));
    const task = /\/tasks\/([^/]+)\//.exec(link)?.[1] ?? '';
    model.issues.set(key, { link: { task }, error: null, fields: {} });
  }
  const profile = new Profile(world, time);
  profile.network.session = world.signIn();
  const subject: Subject = {
    world,
    queue,
    issueKeys,
    tasks: Array.from({ length: taskCount }, (_, i) => `task-${i + 1}`),
    run: async (kind, trouble) => {
      figures.runs += 1;
      await profile.run(kind, trouble);
      await time.pass(1000);
    },
    signIn: async () => {
      profile.network.session = world.signIn();
    },
    signOut: async () => {
      world.signOut();
    },
  };
  compare(model, subject);
  return { model, subject, profile };
}
