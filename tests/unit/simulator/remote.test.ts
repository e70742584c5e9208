import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RemoteSimulator } from '../../simulator/remote.ts';
import { startRemoteSimulator } from '../../simulator/remote.ts';
import { request } from './client.ts';

let simulator: RemoteSimulator;
beforeAll(async () => {
  simulator = await startRemoteSimulator({
    scenario: { kind: 'queue', size: 2, options: { content: { requireLogin: false } } },
  });
});
afterAll(() => simulator.close());

test('a simulator in a process of its own answers requests and commands', async () => {
  expect(simulator.pid).not.toBe(process.pid);
  expect(simulator.envFile).toContain(simulator.trackerUrl);
  const headers = { authorization: `OAuth ${simulator.token}`, 'content-type': 'application/json' };
  const issue = await request(`${simulator.trackerUrl}/issues/SUP-1`, { headers });
  expect(issue.json).toMatchObject({ key: 'SUP-1', checklistTotal: 2 });
  expect((await request(`${simulator.contentUrl}/tasks/task-1/`)).status).toBe(200);
  expect(await simulator.ask('tally')).toMatchObject([
    { path: '/v2/issues/{key}', count: 1 },
    { path: '/content/tasks/{id}/', count: 1 },
  ]);
  expect(await simulator.ask('requests', { side: 'content' })).toMatchObject([{ status: 200 }]);
  await simulator.ask('resetRequests');
  await simulator.ask('setRateLimit', { perSecond: 0.001, burst: 1 });
  await request(`${simulator.trackerUrl}/myself`, { headers });
  expect((await request(`${simulator.trackerUrl}/myself`, { headers })).status).toBe(429);
  await simulator.ask('setRateLimit', null);
  const allChecked = simulator.ask('untilAllChecked', 5000);
  const items = await request(`${simulator.trackerUrl}/issues/SUP-1/checklistItems`, { headers });
  for (const item of Array.isArray(items.json) ? items.json : []) {
    const { id } = Object(item);
    await request(`${simulator.trackerUrl}/issues/SUP-1/checklistItems/${id}`, {
      method: 'PATCH',
      headers,
      body: '{"checked":true}',
    });
  }
  await allChecked;
  expect(await simulator.ask('issue', 'SUP-1')).toMatchObject({ version: 3, items: 2, done: 2 });
  expect((await simulator.ask('findDifferences')).length).toBeGreaterThan(2);
  expect(await simulator.ask('uncheckAll')).toBe(2);
  await expect(simulator.ask('untilAllChecked', 5)).rejects.toThrow('Waited 5 ms');
});

test('the command line names its options and refuses wrong ones', async () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', tsx, main, ...args]);
  const [help, wrong] = await Promise.allSettled([run('--help'), run('--items', 'many')]);
  expect(help).toMatchObject({ value: { stdout: expect.stringContaining('--protocol') } });
  expect(wrong).toMatchObject({
    reason: { code: 1, stderr: expect.stringContaining('a whole number is expected') },
  });
});
