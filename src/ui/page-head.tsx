import type { ComponentChildren } from 'preact';

interface PageHeadProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** What stands at the top of a page in a tab. */
export function PageHead({ title, children }: PageHeadProps) {
  return (
    <header class="head">
      <img src="/icons/icon.svg" alt="" />
      <h1>{title}</h1>
      {children}
    </header>
  );
}
