/** A seeded source of numbers, so that whatever a test finds can be found again. */
export interface Random {
  /** The next number in [0, 1). */
  next(): number;
  /** The next whole number in [0, bound). */
  below(bound: number): number;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** That many hexadecimal digits. */
  hex(digits: number): string;
}

/** The mulberry32 generator: small, and good enough for tests. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick(list) {
      if (list.length === 0) throw new RangeError('Nothing to pick from');
      // In bounds: the list is not empty and below() stays under its length.
      return list[below(list.length)] as (typeof list)[number];
    },
    hex(digits) {
      let text = '';
      while (text.length < digits) text += below(16).toString(16);
      return text;
    },
  };
}
