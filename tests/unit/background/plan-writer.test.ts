import { afterEach, expect, test, vi } from 'vitest';
import { withPlans } from '../../../src/background/plan-writer.ts';
import { emptyPreview } from '../../../src/status/preview.ts';
import { planned } from '../preview-page/entries.ts';

const set = vi.hoisted(() => vi.fn((_values: Record<string, unknown>) => Promise.resolve()));
const putPlans = vi.hoisted(() => vi.fn((_plans: readonly object[]) => Promise.resolve()));
vi.mock('../../../src/plans/store.ts', () => ({ putPlans }));
vi.mock('webextension-polyfill', () => ({ default: { storage: { local: { set } } } }));

afterEach(() => {
  vi.useRealTimers();
  set.mockReset().mockResolvedValue();
  putPlans.mockReset().mockResolvedValue();
});

test('plans are stored together before they are counted, and raise the revision by one', async () => {
  vi.useFakeTimers();
  const stored: unknown[] = [];
  putPlans.mockImplementation(async (plans) => void stored.push(plans.length));
  set.mockImplementation(async ({ preview }) => void stored.push(preview));
  const preview = emptyPreview('1', { type: 'all' });
  const end = await withPlans(preview, async (writer) => {
    writer.note({ total: 2 });
    await vi.advanceTimersByTimeAsync(500);
    writer.add(planned('1', 'write'));
    writer.add(planned('2', 'write'));
    await vi.advanceTimersByTimeAsync(500);
    writer.put(planned('1', 'unchanged'));
    await vi.advanceTimersByTimeAsync(500);
    writer.put(planned('2', 'unchanged'));
    return { outcome: 'completed' };
  });
  expect(end).toEqual({ outcome: 'completed' });
  const counted = { ...preview, total: 2, planned: 2 };
  expect(stored).toEqual([
    ...[0, { ...preview, total: 2 }],
    ...[2, { ...counted, revision: 1 }],
    ...[1, { ...counted, revision: 2 }],
    ...[1, { ...counted, revision: 3 }],
  ]);
});

test.each([
  // Chromium's words for it (content/browser/indexed_db): the name alone says "quota".
  ['QuotaExceededError', 'Encountered full disk while opening backing store.', 'storage_full'],
  ['UnknownError', 'Internal error opening backing store.', 'storage_failed'],
])('a preview whose plans can’t be stored says why: %s', async (name, message, code) => {
  const work = () => Promise.reject(new DOMException(message, name));
  const end = await withPlans(emptyPreview('1', { type: 'all' }), work);
  expect(end).toEqual({ outcome: 'interrupted', failure: { code, details: [message] } });
});

test.each([
  ['can', () => Promise.resolve()],
  ['can’t', () => Promise.reject(new Error('The disk is gone.'))],
])(
  'nothing is written over the end of a preview that an error ends, where it %s be written',
  async (_, write) => {
    vi.useFakeTimers();
    set.mockImplementationOnce(write);
    const error = new TypeError('A fault of ours.');
    const ended = withPlans(emptyPreview('1', { type: 'all' }), (writer) => {
      writer.note({ total: 7 });
      return Promise.reject(error);
    });
    await expect(ended).rejects.toBe(error);
    expect(set.mock.calls).toMatchObject([[{ preview: { total: 7 } }]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(set).toHaveBeenCalledTimes(1);
  },
);
