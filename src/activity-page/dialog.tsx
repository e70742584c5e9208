import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { useFocusLeftNearby } from '../ui/focus-left-nearby.ts';
import { words } from '../words/words.ts';

interface DialogProps {
  readonly title: ComponentChildren;
  /** For whoever shows something else in the same dialog, and has to put the focus somewhere. */
  readonly heading?: RefObject<HTMLHeadingElement | null> | null;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Something looked at more closely; the browser keeps the keyboard in it and gives it back. */
export function Dialog({ title, heading = null, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // The browser takes it back from a dialog that is closed, not from one that goes with a link in it.
  useFocusLeftNearby(dialog);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <header class="row between">
        <h2 ref={heading} id="dialog-title" tabIndex={-1}>
          {title}
        </h2>
        <Button look="quiet" onClick={() => dialog.current?.close()}>
          {words('button_close')}
        </Button>
      </header>
      <div class="stack">{children}</div>
    </dialog>
  );
}
