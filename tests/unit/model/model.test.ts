import { expect, test } from 'vitest';
import { modelInNode } from './in-node.ts';

test('whatever happens in whatever order, the tracker is as the model says', {
  timeout: 60_000,
}, async () => {
  const { failure, runs } = await modelInNode({ seed: 1, sequences: 300 });
  expect(failure).toBeNull();
  expect(runs).toBeGreaterThan(300);
});
