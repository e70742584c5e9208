import { beforeEach, expect, test, vi } from 'vitest';

const get = vi.fn(async (keys: string[]) => Object.fromEntries(keys.map((key) => [key, key])));
const set = vi.fn(async (_values: object) => undefined);
const setInSession = vi.fn(async (_values: object) => undefined);
vi.mock('webextension-polyfill', () => ({
  default: { storage: { local: { get, set }, session: { get, set: setInSession } } },
}));
vi.stubGlobal('navigator', {
  locks: { request: (_: string, work: () => Promise<void>) => work() },
});
const { readKey, stored } = await import('../../../src/storage/stored.ts');
const { oneOf } = await import('../../../src/storage/shape.ts');

beforeEach(() => vi.clearAllMocks());

test('keys that are asked for in one turn are read in one go, and later ones anew', async () => {
  const inOneTurn = [readKey('a'), readKey('b'), readKey('c', 'session')];
  expect(await Promise.all(inOneTurn)).toEqual(['a', 'b', 'c']);
  expect(get.mock.calls).toEqual([[['a', 'b']], [['c']]]);
  await readKey('a');
  expect(get).toHaveBeenCalledTimes(3);
});

test('an update stores nothing where nothing becomes another', async () => {
  const value = stored('a', oneOf('a', 'b'), 'b');
  await value.update((present) => present);
  expect(set).not.toHaveBeenCalled();
  await value.update((present) => (present === 'a' ? 'b' : 'a'));
  await value.update((present) => (present === 'a' ? 'b' : 'a'), { c: 1 });
  expect(set.mock.calls).toEqual([[{ a: 'b' }], [{ a: 'b', c: 1 }]]);
});

test('what is of the session is updated there', async () => {
  await stored('a', oneOf('a', 'b'), 'b', 'session').update(() => 'b');
  expect([set.mock.calls, setInSession.mock.calls]).toEqual([[], [[{ a: 'b' }]]]);
});

test('what another area has under the same key is another value', () => {
  const { broughtBy } = stored('a', oneOf('a', 'b'), 'b');
  expect(broughtBy({ a: { newValue: 'a' } }, 'local')).toEqual({ value: 'a' });
  expect(broughtBy({ a: { newValue: 7 } }, 'local')).toEqual({ value: 'b' });
  expect(broughtBy({ a: {} }, 'session')).toBeNull();
  expect(broughtBy({ b: {} }, 'local')).toBeNull();
});
