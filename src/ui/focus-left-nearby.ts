import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * An element that goes with the focus in it, often by its own click, leaves it to the nearest place
 * around that stays and can be given it: at the latest a page's `main`.
 */
export function useFocusLeftNearby(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(
    () => () => {
      const { current } = element;
      if (current === null || !current.contains(document.activeElement)) return;
      const around: HTMLElement[] = [];
      let place = current.parentElement?.closest<HTMLElement>('[tabindex]');
      while (place) {
        around.push(place);
        place = place.parentElement?.closest<HTMLElement>('[tabindex]');
      }
      // Gone by then, and with it what of these goes as well.
      queueMicrotask(() => around.find((one) => one.isConnected)?.focus({ preventScroll: true }));
    },
    [],
  );
}
