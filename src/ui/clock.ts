import { type ReadonlySignal, signal } from '@preact/signals';

const ticking = signal(Date.now());
setInterval(() => {
  ticking.value = Date.now();
}, 1000);

/** Now, in milliseconds since 1970; moves once a second, and what is drawn from it moves along. */
export const clock: ReadonlySignal<number> = ticking;
