import type { Failure } from '../errors/failure.ts';
import { settingFor } from '../status/view.ts';
import { words } from '../words/words.ts';
import { sentenceHere } from './page.tsx';

const optionsPage = '/src/options/index.html';

interface FailureTextProps {
  readonly failure: Failure;
  /** It is the whole of what somebody asked for that failed. */
  readonly isAsked?: boolean;
}

/** A failure's code, which never changes, its sentence, and the way to the setting that helps. */
export function FailureText({ failure, isAsked }: FailureTextProps) {
  const setting = settingFor(failure);
  // Beside what is read there; on the page itself the way is a short one.
  const target = location.pathname === optionsPage ? undefined : '_blank';
  return (
    <>
      <code>{failure.code}</code> <span class="soft">{sentenceHere(failure, isAsked)}</span>
      {setting !== null && (
        <>
          {' '}
          <a href={`${optionsPage}#${setting}`} target={target}>
            {words('remedy_open_settings')}
          </a>
        </>
      )}
    </>
  );
}

interface FailureLineProps extends Omit<FailureTextProps, 'failure'> {
  readonly failure: Failure | null | undefined;
  readonly look?: 'problem' | 'under-mark';
}

/** A failure in a paragraph of its own; nothing where nothing failed. */
export function FailureLine({ failure, look, isAsked = false }: FailureLineProps) {
  return (
    failure != null && (
      <p class={look}>
        <FailureText failure={failure} isAsked={isAsked} />
      </p>
    )
  );
}
