import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useFocusLeftNearby } from './focus-left-nearby.ts';

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
    // What is under way already would be asked for twice.
    if (disabled === true || isBusy.peek()) return;
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
