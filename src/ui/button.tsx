import type { ComponentChildren } from 'preact';

interface ButtonProps {
  /** `primary`: the one thing to do here. `quiet`: beside the point of the page. */
  readonly look?: 'primary' | 'plain' | 'quiet';
  readonly disabled?: boolean;
  /** For a button that opens something on the page: whether it is open. */
  readonly expanded?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** A button that does something here and now. */
export function Button({ look = 'plain', disabled, expanded, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${look}`}
      disabled={disabled}
      aria-expanded={expanded}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
