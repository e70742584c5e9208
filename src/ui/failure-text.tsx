import type { Failure } from '../errors/failure.ts';
import { sentence } from '../words/words.ts';

/** A failure's code, which never changes, and its sentence, which says what to do. */
export function FailureText({ failure }: { failure: Failure }) {
  return (
    <>
      <code>{failure.code}</code> <span class="soft">{sentence(failure)}</span>
    </>
  );
}
