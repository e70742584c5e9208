import { useSignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface ButtonProps {
  /** `primary`: the one thing to do here. `quiet`: beside the point of the page. */
  readonly look?: 'primary' | 'plain' | 'quiet';
  /** It can be come to all the same: the focus would be lost with a button that can't have it. */
  readonly disabled?: boolean;
  /** For a button that opens something on the page: whether it is open. */
  readonly expanded?: boolean;
  /** The button shows that it is at it until a promise is settled; the worker may have to wake first. */
  readonly onClick: () => Promise<void> | void;
  readonly children: ComponentChildren;
}

/** A button that does something here and now. */
export function Button({ look = 'plain', disabled, expanded, onClick, children }: ButtonProps) {
  const isBusy = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useFocusLeftNearby(button);
  const click = async () => {
    if (disabled === true) return;
    const done = onClick();
    if (done === undefined) return;
    isBusy.value = true;
    try {
      await done;
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <button
      ref={button}
      type="button"
      class={`button ${look}`}
      aria-disabled={disabled}
      aria-expanded={expanded}
      aria-busy={isBusy.value}
      onClick={click}
    >
      {children}
    </button>
  );
}

/**
 * An element that goes, often by its own click, leaves the focus to the nearest place around it that
 * stays and can be given it: at the latest a page's `main`.
 */
function useFocusLeftNearby(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(
    () => () => {
      const { current } = element;
      if (current === null || document.activeElement !== current) return;
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
