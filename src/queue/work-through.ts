/**
 * Works through items, several at a time, in their order. The number may change under way; at least
 * one is always in hand. `isOver` is asked before each item is taken; what is in hand is finished.
 * The first error of `work` ends it too, and is thrown once nothing is in hand any more.
 */
export async function workThrough<Item>(
  items: Iterable<Item>,
  atATime: () => number,
  isOver: () => boolean,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const inHand = new Set<Promise<void>>();
  const errors: unknown[] = [];
  for (const item of items) {
    while (inHand.size > 0 && inHand.size + 1 > atATime()) await Promise.race(inHand);
    if (isOver() || errors.length > 0) break;
    const done: Promise<void> = work(item)
      .catch((error: unknown) => {
        errors.push(error);
      })
      .finally(() => inHand.delete(done));
    inHand.add(done);
  }
  await Promise.all(inHand);
  if (errors.length > 0) throw errors[0];
}
