interface Range {
  has(value: number): boolean;
}
type Way = 'next' | 'prev';

/** What stands for `IDBKeyRange`. */
export const ranges = {
  lowerBound: (least: number, isOpen = false): Range => ({
    has: (value) => value > least || (value === least && !isOpen),
  }),
  upperBound: (most: number): Range => ({ has: (value) => value <= most }),
  bound: (least: number, most: number): Range => ({
    has: (value) => value >= least && value <= most,
  }),
};

/** As much of a store of IndexedDB as is called of the log's and the items': Node has none. */
export class FakeStore<Value> {
  readonly records = new Map<number, Value>();

  /** Keys in the order of the numbers that an index has of the values, or of the keys themselves. */
  private keys(range: Range | null, numberOf: (key: number) => number): number[] {
    const keys = [...this.records.keys()].filter((key) => range?.has(numberOf(key)) ?? true);
    return keys.sort((one, other) => numberOf(one) - numberOf(other));
  }

  readonly add = async (value: Value, key: number) => void this.records.set(key, value);
  readonly delete = async (range: Range) => {
    for (const key of await this.getAllKeys(range)) this.records.delete(key);
  };
  readonly getAllKeys = async (range: Range) => this.keys(range, (key) => key);
  readonly getAll = async (range: Range) =>
    (await this.getAllKeys(range)).map((key) => this.records.get(key));
  readonly openKeyCursor = async (range: Range | null = null, way: Way = 'next') => {
    const key = this.keys(range, (one) => one).at(way === 'prev' ? -1 : 0);
    return key === undefined ? null : { key, primaryKey: key };
  };

  /** An index of one member of the values. */
  readonly index = (member: string) => {
    // The tests put in nothing whose member is no number.
    const numberOf = (key: number) =>
      (this.records.get(key) as Record<string, number>)[member] ?? 0;
    return { getAllKeys: async (range: Range) => this.keys(range, numberOf) };
  };
}
