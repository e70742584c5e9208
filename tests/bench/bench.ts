import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureChromium } from '../browser/install.ts';
import { activity } from './activity.ts';
import { Builds } from './builds.ts';
import { growth, idle } from './growth.ts';
import type { Bench, Part } from './part.ts';
import { profile } from './profile.ts';
import { isMet, matrixTable, type Report, targetTable } from './report.ts';
import { sizesOf } from './sizes.ts';
import { startUp } from './start-up.ts';
import { limits, matrix, requests } from './throughput.ts';

/**
 * `npm run bench`: the built extension in a real Chromium against the simulator in a process of its
 * own. Exits with 1 where a target is not met.
 *
 *     npm run bench -- --quick              each thing measured once
 *     npm run bench -- --only matrix,sizes  these parts alone
 *     npm run bench -- --against file       beside the figures of an earlier run
 *     npm run bench -- --out file           where the figures go (test-results/bench.json)
 */

const parts: readonly Part[] = [
  { name: 'matrix', run: matrix },
  { name: 'requests', run: requests },
  { name: 'limits', run: limits },
  { name: 'idle', run: idle },
  { name: 'growth', run: growth },
  { name: 'start-up', run: startUp },
  { name: 'activity', run: activity },
  { name: 'sizes', run: sizes },
  { name: 'profile', run: profile },
];

async function sizes({ builds, report }: Bench): Promise<void> {
  const { popup, worker, workerOfRun, workerAtFirst, zip } = await sizesOf(await builds.real());
  const line = (work: string, bytes: number, value: number) => {
    const bound = { is: 'at most', value } as const;
    report.targets.push({ work, value: bytes / 1000, unit: 'kB', bound });
  };
  line("size of the popup's JS and CSS, minified", popup, 60);
  line('size of the worker, minified', worker, 100);
  line('size of all in the zip', zip, 300);
  const [first, ofRun] = [workerAtFirst, workerOfRun].map((bytes) => (bytes / 1000).toFixed(0));
  report.notes.push(
    `of the worker, ${first} kB load before a ping is answered, ${ofRun} kB for a scheduled run`,
  );
}

function versionOf(program: string): string {
  // Debian's wrapper complains on standard error of things that don't matter here.
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  return execFileSync(program, ['--version'], { encoding: 'utf8', stdio }).trim();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      against: { type: 'string' },
      out: { type: 'string', default: 'test-results/bench.json' },
    },
  });
  const wanted = values.only?.split(',');
  const unknown = wanted?.filter((name) => parts.every((part) => part.name !== name)) ?? [];
  if (unknown.length > 0) {
    const known = parts.map(({ name }) => name).join(', ');
    throw new Error(`No such part: ${unknown.join(', ')}. There are: ${known}`);
  }
  // Written by an earlier run of this program.
  const earlier: Report | null =
    values.against === undefined ? null : JSON.parse(await readFile(values.against, 'utf8'));
  const chromium = ensureChromium();
  const report: Report = {
    at: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGB: Math.round(totalmem() / 1e9),
      chromium: versionOf(chromium),
      node: process.version,
    },
    runs: values.quick ? 1 : 5,
    targets: [],
    matrix: [],
    profile: [],
    notes: [],
  };
  const builds = await Builds.create();
  // What goes on is for the person who waits; the tables are for the file it is led to.
  const say = (text: string) => process.stderr.write(`… ${text}\n`);
  try {
    for (const { name, run } of parts) {
      if (wanted !== undefined && !wanted.includes(name)) continue;
      say(name);
      await run({ builds, report, runs: report.runs, say });
    }
  } finally {
    await builds.remove();
  }
  await mkdir('test-results', { recursive: true });
  await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(Object.values(report.machine).join(', '));
  console.log(`${report.runs} runs each\n\n${targetTable(report, earlier)}`);
  if (report.matrix.length > 0) console.log(`\n${matrixTable(report, earlier)}`);
  if (report.notes.length > 0) console.log(`\n${report.notes.join('\n')}`);
  if (report.profile.length > 0) console.log(`\n${report.profile.join('\n')}`);
  console.log(`\nWritten to ${values.out}`);
  if (!report.targets.every(isMet)) process.exitCode = 1;
}

await main();
