import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface ButtonProps {
  /** `primary`: the one thing to do here. `quiet`: beside the point of the page. */
  readonly look?: 'primary' | 'plain' | 'quiet';
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
  const click = async () => {
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
      type="button"
      class={`button ${look}`}
      disabled={disabled}
      aria-expanded={expanded}
      aria-busy={isBusy.value}
      onClick={click}
    >
      {children}
    </button>
  );
}
