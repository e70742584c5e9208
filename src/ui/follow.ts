import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Stored, watchStored } from '../storage/stored.ts';

/** A value that can be read now and watched from then on. */
interface Followable<Value> {
  read(): Promise<Value>;
  watch(onChange: (value: Value) => void): void;
}

/** A signal that holds a stored value as it is now, and follows it for as long as the page lives. */
export async function follow<Value>(
  source: Stored<Value> | Followable<Value>,
): Promise<ReadonlySignal<Value>> {
  let live: Signal<Value> | undefined;
  const take = (value: Value): Signal<Value> => {
    if (live === undefined) live = signal(value);
    else live.value = value;
    return live;
  };
  // Watched first: a change that comes while the read is on its way is newer than what was read.
  if ('watch' in source) source.watch(take);
  else watchStored(source, take);
  const first = await source.read();
  return live ?? take(first);
}
