import { modelInNode } from '../unit/model/in-node.ts';
import { browserSigkill } from './browser-sigkill.ts';
import { egress } from './egress.ts';
import { everyRequestOnce } from './every-request.ts';
import { hungAnswers, hungWithoutDebugger } from './hung-answers.ts';
import { indexLag } from './index-lag.ts';
import { modelInBrowser } from './model-in-browser.ts';
import { people } from './people.ts';
import { randomKills } from './random-kills.ts';
import { sleep } from './sleep.ts';
import { soak } from './soak.ts';
import { storm } from './storm.ts';
import { type Circumstances, type Result, type Row, together } from './table.ts';
import { twoBrowsers } from './two-browsers.ts';
import { undoStorm } from './undo-storm.ts';

/** Does something with each seed, one after the other: the machine has other work, too. */
function forEachSeed(work: (seed: number, circumstances: Circumstances) => Promise<Result>) {
  return async (circumstances: Circumstances): Promise<Result> => {
    const results: Result[] = [];
    for (const seed of circumstances.seeds) {
      const result = await work(seed, circumstances);
      results.push(result);
      circumstances.say(`seed ${seed}: ${JSON.stringify(result.figures)}`);
    }
    return together(results);
  };
}

/** All tortures, in the order in which they are done. */
export const rows: readonly Row[] = [
  {
    name: 'every-request-once',
    what: 'the worker killed before and after each request of a run over 3 items, a recheck, a move, a preview and an undo',
    seeds: [],
    minutes: 20,
    torture: ({ extension, say }) => everyRequestOnce({ extension, leftToTheAlarm: 2, say }),
  },
  {
    name: 'random-kills',
    what: '200 issues, the worker killed 20 times a seed at gaps of 20 to 800 ms',
    seeds: [1, 2, 3, 4, 5],
    minutes: 15,
    torture: forEachSeed((seed, { extension }) =>
      randomKills({ extension, seed, size: 200, kills: 20, latencyMs: 100 }),
    ),
  },
  {
    name: 'storm',
    what: '200 issues, a fifth of all requests faulty in every way',
    seeds: [1, 2, 3, 4, 5],
    minutes: 30,
    torture: forEachSeed((seed, { extension, say }) =>
      storm({ extension, seed, size: 200, probability: 0.2, boundMs: 300_000, say }),
    ),
  },
  {
    name: 'undo-storm',
    what: 'a preview of 100 issues, what it shows applied, and an undo: a fifth of all requests faulty in every way',
    seeds: [1, 2, 3],
    minutes: 8,
    torture: forEachSeed((seed, { extension, say }) =>
      undoStorm({ extension, seed, size: 100, probability: 0.2, boundMs: 300_000, say }),
    ),
  },
  {
    name: 'browser-sigkill',
    what: 'SIGKILL of the browser in a run and while idle, and a restart without a click',
    seeds: [],
    minutes: 20,
    torture: ({ extension, say }) => browserSigkill({ extension, times: 20, say }),
  },
  {
    name: 'sleep',
    what: 'all processes of the browser stopped through three times of a schedule',
    seeds: [],
    minutes: 10,
    torture: ({ extension }) => sleep({ extension, missed: 3 }),
  },
  {
    name: 'hung-answers',
    what: 'no answer, headers only, a byte a second, for each kind of request',
    seeds: [],
    minutes: 15,
    torture: async ({ extension, say }) => {
      const soon = await hungAnswers({ extension, timeoutSeconds: 2 });
      say(JSON.stringify(soon.figures));
      return together([soon, await hungWithoutDebugger({ extension, timeoutSeconds: 25 })]);
    },
  },
  {
    name: 'people',
    what: 'somebody makes 5 edits a second all through a run of 200 items',
    seeds: [1, 2, 3],
    minutes: 15,
    torture: forEachSeed((seed, { extension }) =>
      people({ extension, seed, size: 200, editsASecond: 5, latencyMs: 100 }),
    ),
  },
  {
    name: 'index-lag',
    what: 'a search that lags 30 s behind, and edits in the last of them',
    seeds: [1, 2, 3],
    minutes: 10,
    torture: forEachSeed((seed, { extension }) => indexLag({ extension, seed, size: 200 })),
  },
  {
    name: 'two-browsers',
    what: 'two profiles at one queue of 200, beginning at once',
    seeds: [1, 2, 3],
    minutes: 10,
    torture: forEachSeed((seed, { extension }) =>
      twoBrowsers({ extension, seed, size: 200, latencyMs: 30, mostRepeated: 0.05 }),
    ),
  },
  {
    name: 'model',
    what: '10,000 random sequences against the reference model, in Node without a network',
    seeds: [1],
    minutes: 10,
    torture: forEachSeed(async (seed) => {
      const { failure, runs, ...figures } = await modelInNode({ seed, sequences: 10_000 });
      return { runs, figures, failures: failure === null ? [] : [failure] };
    }),
  },
  {
    name: 'model-in-browser',
    what: '200 random sequences against the reference model, in the browser',
    seeds: [1],
    minutes: 45,
    torture: forEachSeed((seed, { extension }) =>
      modelInBrowser({ extension, seed, sequences: 200 }),
    ),
  },
  {
    name: 'soak',
    what: 'a day of cycles with made-up time and 5 % faults, in Node without a network',
    seeds: [1],
    minutes: 5,
    torture: forEachSeed((seed, { say }) => soak({ seed, cycles: 2880, say })),
  },
  {
    name: 'egress',
    what: 'every request of the browser, by its own log and in all rows above',
    seeds: [],
    minutes: 5,
    torture: egress,
  },
];
