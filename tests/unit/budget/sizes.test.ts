import { afterAll, beforeAll, expect, test } from 'vitest';
import { Builds } from '../../bench/builds.ts';
import { type Sizes, sizesOf } from '../../bench/sizes.ts';

/** How large the build that people get may be: minified, in bytes. */

let builds: Builds;
let sizes: Sizes;

beforeAll(async () => {
  builds = await Builds.create();
  sizes = await sizesOf(await builds.real());
});
afterAll(() => builds.remove());

test("the popup's JS and CSS are at most 60 kB", () => {
  expect(sizes.popup).toBeLessThanOrEqual(60_000);
});

// docs/performance.md says of what it is made, and why it stays.
test.fails('the worker is at most 100 kB', () => {
  expect(sizes.worker).toBeLessThanOrEqual(100_000);
});

test('the worker is at most 166 kB', () => {
  expect(sizes.worker).toBeLessThanOrEqual(166_000);
});

test('of the worker, at most 5 kB load before it answers, and 138 kB for a run of the schedule', () => {
  expect(sizes.workerAtFirst).toBeLessThanOrEqual(5000);
  expect(sizes.workerOfRun).toBeLessThanOrEqual(138_000);
});

test('all of it is at most 300 kB in the zip', () => {
  expect(sizes.zip).toBeLessThanOrEqual(300_000);
});
