import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { ensureChromium } from '../browser/install.ts';
import { rows } from './rows.ts';
import { closeAllSeats, within } from './seat.ts';
import { type Outcome, tableOf } from './table.ts';

/**
 * `npm run torture [-- --only name] [-- --seed n]`: the long versions of what tests/e2e holds the
 * extension to. Prints one table, writes test-results/torture.json, fails if any row does.
 */

const { values } = parseArgs({
  options: {
    /** One row, or several with commas between. */
    only: { type: 'string' },
    /** Instead of the row's own seeds. */
    seed: { type: 'string' },
  },
});

ensureChromium();
const only = values.only?.split(',');
const unknown = only?.filter((name) => rows.every((row) => row.name !== name)) ?? [];
if (unknown.length > 0) {
  throw new Error(`no torture "${unknown}"; there are ${rows.map(({ name }) => name).join(', ')}`);
}
// A build of its own: one that somebody makes meanwhile doesn't change what is tested.
const extension = await mkdtemp(join(tmpdir(), 'breadcrumbs-torture-'));
await build({
  mode: 'demo',
  logLevel: 'error',
  build: { outDir: extension, emptyOutDir: true },
});

const outcomes: Outcome[] = [];
for (const { name, what, seeds, minutes, torture } of rows) {
  if (only !== undefined && !only.includes(name)) continue;
  const chosen = values.seed === undefined ? seeds : [Number(values.seed)];
  const beganAt = Date.now();
  process.stderr.write(`${name}: ${what} …\n`);
  const work = () => torture({ extension, seeds: chosen, say });
  const result = await within(minutes * 60_000, work).catch((error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { runs: 0, figures: {}, failures: [text] };
  });
  await closeAllSeats();
  const seconds = Math.round((Date.now() - beganAt) / 1000);
  outcomes.push({ name, what, seeds: chosen, seconds, ...result });
  const verdict = result.failures.length === 0 ? 'pass' : 'FAIL';
  process.stderr.write(`${[`${name}: ${verdict}`, ...result.failures].join('\n  ')}\n`);
}
await rm(extension, { recursive: true, force: true });

await mkdir('test-results', { recursive: true });
await writeFile('test-results/torture.json', `${JSON.stringify(outcomes, null, 2)}\n`);
process.stdout.write(`\n${tableOf(outcomes)}\n`);
// What a torture that failed has left behind is to keep nobody waiting.
process.exit(outcomes.some(({ failures }) => failures.length > 0) ? 1 : 0);

function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
