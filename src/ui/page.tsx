import { Component, type ComponentChild, type ComponentChildren, render } from 'preact';
import type { Failure } from '../errors/failure.ts';
import { StorageError } from '../storage/stored.ts';
import { language, sentence, words } from '../words/words.ts';
import { Notice } from './notice.tsx';

/**
 * Puts a page in the browser's language and draws it. What can't be read or drawn is said: a page
 * is never blank.
 */
export async function startPage(
  title: string,
  makePage: () => ComponentChild | Promise<ComponentChild>,
): Promise<void> {
  document.documentElement.lang = language;
  document.title = title;
  try {
    render(<Boundary>{await makePage()}</Boundary>, document.body);
  } catch (error) {
    render(<Broken error={error} />, document.body);
  }
}

/** Why something could not be done, for a person to read. */
export function reasonOf(error: unknown): string {
  // The browser's own words are English everywhere, and say nothing of what to do.
  if (error instanceof StorageError) {
    return sentenceHere({ code: error.code, details: [error.message] });
  }
  return error instanceof Error && error.message !== '' ? error.message : words('reason_unknown');
}

/**
 * A failure's sentence beside what failed. Once the browser stores again, or a host answers, the
 * worker goes on by itself; what a person asked for on a page has to be asked for again.
 * @param isAsked it is no item that failed, but the whole of what was asked for.
 */
export function sentenceHere(failure: Failure, isAsked = false): string {
  const saidHere = isAsked ? /^storage_|_unavailable$/ : /^storage_/;
  return saidHere.test(failure.code)
    ? sentence(failure, `page_${failure.code}`)
    : sentence(failure);
}

/** Draws why the page can't be drawn, now or at a later change. */
class Boundary extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static override getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error === null ? this.props.children : <Broken error={error} />;
  }
}

function Broken({ error }: { error: unknown }) {
  return (
    <main>
      <Notice tone="alarm" announced>
        <h1>{words('page_broken')}</h1>
        <p>{reasonOf(error)}</p>
        <p>{words('page_broken_help')}</p>
      </Notice>
    </main>
  );
}
