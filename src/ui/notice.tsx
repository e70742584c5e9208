import type { ComponentChildren } from 'preact';

interface NoticeProps {
  readonly tone?: 'plain' | 'amber' | 'alarm';
  /** Read out as soon as it appears: for what follows from something just done. */
  readonly announced?: boolean;
  readonly id?: string | undefined;
  readonly children: ComponentChildren;
}

/** Something to know, set apart from the rest of the page. */
export function Notice({ tone = 'plain', announced = false, id, children }: NoticeProps) {
  return (
    <div
      class={`notice ${tone}`}
      id={id}
      tabIndex={id === undefined ? undefined : -1}
      role={announced ? 'alert' : undefined}
    >
      {children}
    </div>
  );
}

/** What went wrong with something just done; nothing where nothing did. */
export function Trouble({ text }: { text: string | null }) {
  return (
    text !== null && (
      <Notice tone="alarm" announced>
        {text}
      </Notice>
    )
  );
}
