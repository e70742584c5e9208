import { expect, test } from 'vitest';
import { browserSigkill } from '../torture/browser-sigkill.ts';
import { everyRequestOnce } from '../torture/every-request.ts';
import { indexLag } from '../torture/index-lag.ts';
import { randomKills } from '../torture/random-kills.ts';
import { storm } from '../torture/storm.ts';
import { twoBrowsers } from '../torture/two-browsers.ts';
import { undoStorm } from '../torture/undo-storm.ts';

/** Short versions of the tortures; `npm run torture` has the long ones. */

test('a worker killed before and after a request leaves all right', async () => {
  // The list, an issue's reads, its PATCH and its item's, the last look at the list.
  const { failures, runs } = await everyRequestOnce({ requests: [2, 6, 11] });
  expect(failures).toEqual([]);
  expect(runs).toBeGreaterThanOrEqual(12);
});

test('a worker killed ten times at random loses nothing', async () => {
  const { failures } = await randomKills({ seed: 1, size: 60, kills: 10, latencyMs: 60 });
  expect(failures).toEqual([]);
});

test('a browser killed in a run, and while idle, goes on when it is started again', async () => {
  const { failures } = await browserSigkill({ times: 2 });
  expect(failures).toEqual([]);
});

test('a storm of faults defers nothing and loses nothing', async () => {
  const { failures } = await storm({ seed: 1, size: 15, probability: 0.2, boundMs: 90_000 });
  expect(failures).toEqual([]);
});

test('a storm over a preview, what it shows and an undo costs an issue one edit each', async () => {
  // Enough faults for a few drawn ones beside those that are sure; few enough for some seconds.
  const { failures } = await undoStorm({ seed: 1, size: 5, probability: 0.03, boundMs: 60_000 });
  expect(failures).toEqual([]);
});

test('a search that lags leads to nothing wrong', async () => {
  const { failures } = await indexLag({ seed: 1, size: 60 });
  expect(failures).toEqual([]);
});

test('two browsers at one queue share it', async () => {
  const { failures } = await twoBrowsers({
    seed: 1,
    size: 60,
    latencyMs: 30,
    mostRepeated: 0.05,
  });
  expect(failures).toEqual([]);
});
