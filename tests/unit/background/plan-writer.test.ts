import { expect, test, vi } from 'vitest';
import { PlanWriter, withPlans } from '../../../src/background/plan-writer.ts';
import { emptyPreview } from '../../../src/status/preview.ts';

vi.mock('webextension-polyfill', () => ({ default: {} }));

test.each([
  // Chromium's words for it (content/browser/indexed_db): the name alone says "quota".
  ['QuotaExceededError', 'Encountered full disk while opening backing store.', 'storage_full'],
  ['UnknownError', 'Internal error opening backing store.', 'storage_failed'],
])('a preview whose plans can’t be stored says why: %s', async (name, message, code) => {
  const work = () => Promise.reject(new DOMException(message, name));
  const end = await withPlans(new PlanWriter(emptyPreview('1', { type: 'all' })), work);
  expect(end).toEqual({ outcome: 'interrupted', failure: { code, details: [message] } });
});
