import fc from 'fast-check';
import { signIn } from '../e2e/steps.ts';
import { linkField, queueWorld, startSimulator } from '../simulator/index.ts';
import { compare, type Subject, sequences } from '../unit/model/commands.ts';
import type { Trouble } from '../unit/model/made-up-network.ts';
import { Model } from '../unit/model/model.ts';
import { killAtRequest } from './every-request.ts';
import { queueOf, Seat } from './seat.ts';
import { addStorm } from './storm.ts';
import type { Result } from './table.ts';

/** The model against the built extension in a browser: fewer sequences, and nothing made up. */

interface ModelInBrowserOptions {
  readonly extension?: string;
  readonly seed: number;
  readonly sequences: number;
}

const issueCount = 6;
const longestSequence = 24;
const mostRequests = 20;

export async function modelInBrowser(options: ModelInBrowserOptions): Promise<Result> {
  const { extension, seed, sequences: numRuns } = options;
  const { world, expectations } = queueWorld(issueCount, { distinctTasks: issueCount, lessons: 3 });
  const queue = queueOf(world);
  world.replaceItems(queue, []);
  const simulator = await startSimulator({ world });
  const seat = await Seat.open(simulator, {
    ...(extension === undefined ? {} : { browser: { extension } }),
    // Paused: what a schedule did in between would be no command's doing.
    settings: { trackerTimeoutSeconds: 1, contentTimeoutSeconds: 1, schedulePaused: true },
  });
  const issueKeys = expectations.map(({ key }) => key ?? '');
  const links = issueKeys.map((key) => world.issue(key).fields.get(linkField) ?? null);
  let runs = 0;
  let commands = 0;
  const subject: Subject = {
    world,
    queue,
    issueKeys,
    tasks: issueKeys.map((_, i) => `task-${i + 1}`),
    run: async (kind, trouble) => {
      runs += 1;
      await runOnce(seat, kind, trouble);
    },
    signIn: () => signIn(seat.browser, simulator),
    signOut: async () => {
      world.signOut();
    },
  };
  try {
    const property = fc.asyncProperty(sequences(longestSequence, mostRequests), async (chosen) => {
      if (world.sessionCount === 0) await signIn(seat.browser, simulator);
      world.replaceItems(queue, []);
      const model = new Model();
      for (const [at, key] of issueKeys.entries()) {
        const { fields } = world.issue(key);
        const empty = Object.fromEntries([...fields.keys()].map((field) => [field, null]));
        delete empty.summary;
        world.editIssue(key, { ...empty, [linkField]: links[at] ?? null });
        model.issues.set(key, { link: { task: `task-${at + 1}` }, error: null, fields: {} });
      }
      // What an earlier sequence left in the profile: its checklist's summary, a halt.
      await seat.run('process');
      compare(model, subject);
      commands += [...chosen].length;
      await fc.asyncModelRun(() => ({ model, real: subject }), chosen);
    });
    const details = await fc.check(property, { seed, numRuns });
    return {
      runs,
      figures: { sequences: numRuns, commands },
      failures: details.failed
        ? [`${fc.defaultReportMessage(details)}\n${details.errorInstance}`]
        : [],
    };
  } finally {
    await seat.close();
    await simulator.close();
  }
}

async function runOnce(seat: Seat, kind: 'process' | 'recheck', trouble: Trouble): Promise<void> {
  const { faults } = seat.simulator;
  switch (trouble.kind) {
    case 'none':
      return seat.run(kind);
    case 'faults':
      addStorm(seat.simulator, trouble.seed, trouble.share);
      await seat.run(kind);
      return faults.clear();
    case 'death': {
      const killed = killAtRequest(seat, trouble.moment, trouble.at).then(() => true);
      await seat.tell(kind);
      if (await Promise.race([killed, seat.untilQuiet().then(() => false)]))
        await seat.tell('ping');
      faults.clear();
      return seat.untilQuiet();
    }
  }
}
