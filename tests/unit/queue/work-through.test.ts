import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workThrough } from '../../../src/queue/work-through.ts';

/** Work whose ends the test decides. */
function newWork() {
  const begun: number[] = [];
  const inHand = new Map<number, { end(): void; fail(error: Error): void }>();
  let most = 0;
  return {
    begun,
    inHand,
    get most() {
      return most;
    },
    work: (item: number): Promise<void> =>
      new Promise((resolve, reject) => {
        begun.push(item);
        const over = () => inHand.delete(item);
        inHand.set(item, {
          end: () => {
            over();
            resolve();
          },
          fail: (error) => {
            over();
            reject(error);
          },
        });
        most = Math.max(most, inHand.size);
      }),
    /** Lets everything that is ready run. */
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const never = () => false;

test('items are taken in their order, as many at a time as allowed', async () => {
  const work = newWork();
  const done = workThrough([1, 2, 3, 4], () => 2, never, work.work);
  await work.settle();
  expect(work.begun).toEqual([1, 2]);
  work.inHand.get(2)?.end();
  await work.settle();
  expect(work.begun).toEqual([1, 2, 3]);
  work.inHand.get(1)?.end();
  work.inHand.get(3)?.end();
  await work.settle();
  work.inHand.get(4)?.end();
  await done;
  expect(work.begun).toEqual([1, 2, 3, 4]);
});

test('no items need no work', async () => {
  await workThrough(
    [],
    () => 2,
    never,
    () => Promise.reject(new Error('none')),
  );
});

test.each([0, -1, 0.5, Number.NaN])('with %d at a time it is still one', async (atATime) => {
  const work = newWork();
  const done = workThrough([1, 2], () => atATime, never, work.work);
  await work.settle();
  expect(work.begun[0]).toBe(1);
  for (const item of [1, 2]) {
    work.inHand.get(item)?.end();
    await work.settle();
  }
  await done;
  expect(work.begun).toEqual([1, 2]);
});

test('part of an item is none', async () => {
  const work = newWork();
  const done = workThrough([1, 2, 3, 4], () => 2.9, never, work.work);
  await work.settle();
  expect(work.begun).toEqual([1, 2]);
  for (const item of [1, 2, 3, 4]) {
    work.inHand.get(item)?.end();
    await work.settle();
  }
  await done;
});

describe('when it is over', () => {
  test('no further item is taken, and what is in hand is finished', async () => {
    const work = newWork();
    let isOver = false;
    let isDone = false;
    const done = workThrough(
      [1, 2, 3, 4],
      () => 2,
      () => isOver,
      work.work,
    ).then(() => {
      isDone = true;
    });
    await work.settle();
    isOver = true;
    work.inHand.get(1)?.end();
    await work.settle();
    expect(work.begun).toEqual([1, 2]);
    expect(isDone).toBe(false);
    work.inHand.get(2)?.end();
    await done;
    expect(work.begun).toEqual([1, 2]);
  });

  test('from the first, nothing is begun', async () => {
    const work = newWork();
    await workThrough(
      [1, 2],
      () => 2,
      () => true,
      work.work,
    );
    expect(work.begun).toEqual([]);
  });
});

test('the first error ends it, and is thrown once nothing is in hand', async () => {
  const work = newWork();
  let thrown: unknown = null;
  const done = workThrough([1, 2, 3, 4], () => 3, never, work.work).catch((error: unknown) => {
    thrown = error;
  });
  await work.settle();
  work.inHand.get(2)?.fail(new Error('first'));
  await work.settle();
  expect(work.begun).toEqual([1, 2, 3]);
  expect(thrown).toBeNull();
  work.inHand.get(1)?.fail(new Error('second'));
  await work.settle();
  expect(thrown).toBeNull();
  work.inHand.get(3)?.end();
  await done;
  expect(thrown).toEqual(new Error('first'));
});

test('whatever the number does meanwhile, it is never exceeded and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(4), { minLength: 1 }),
      async (limits, choices) => {
        const items = limits.map((_, at) => at);
        const work = newWork();
        let allowed = 1;
        let excess = 0;
        const begin = (item: number) => {
          // One is always allowed, without asking.
          if (work.inHand.size > 0) excess = Math.max(excess, work.inHand.size + 1 - allowed);
          return work.work(item);
        };
        const atATime = () => {
          allowed = limits[work.begun.length % limits.length] ?? 1;
          return allowed;
        };
        const done = workThrough(items, atATime, never, begin);
        for (let at = 0; work.begun.length < items.length || work.inHand.size > 0; at += 1) {
          await work.settle();
          const ids = [...work.inHand.keys()];
          const chosen = ids[(choices[at % choices.length] ?? 0) % Math.max(1, ids.length)];
          if (chosen !== undefined) work.inHand.get(chosen)?.end();
        }
        await done;
        expect(work.begun).toEqual(items);
        expect(excess).toBeLessThanOrEqual(0);
      },
    ),
    { numRuns: 50 },
  );
});
