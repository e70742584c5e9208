import { type Settings, tokenPattern } from '../settings/schema.ts';
import type { Token } from '../settings/store.ts';

/** A token as it is typed, while a tracker of this origin stood there; null: of none. */
export interface TypedToken {
  readonly text: string;
  readonly origin: string | null;
}

/** What is to become of the stored token at the next Save. */
export type TokenEdit =
  | { readonly kind: 'keep' }
  | { readonly kind: 'remove' }
  | ({ readonly kind: 'replace' } & TypedToken)
  /** The stored one is to be used for this origin from now on. */
  | { readonly kind: 'confirm'; readonly origin: string };

/**
 * What is wrong with a token that is typed, by the id of its text: it can be none, or it was typed for
 * another tracker than the one that stands there.
 */
export function tokenProblem(edit: TokenEdit, trackerOrigin: string | null): string | null {
  if (edit.kind !== 'replace' || edit.text === '') return null;
  if (!tokenPattern.test(edit.text)) return 'invalid_token';
  // While no address stands there, that is what has to be mended first.
  const isForOther = trackerOrigin !== null && edit.origin !== trackerOrigin;
  return isForOther ? 'token_typed_for_other' : null;
}

/** The token that is typed, to be tried out; null where that could be none. */
export function tokenIn({ text, origin }: TypedToken): Token {
  const value = text.trim();
  return origin !== null && tokenPattern.test(value) ? { value, origin } : null;
}

/** The token that is to take the stored one's place, to be tried out; null where there is none. */
export function typedToken(edit: TokenEdit): Token {
  return edit.kind === 'replace' ? tokenIn(edit) : null;
}

/** The token as it is to be stored with settings; undefined leaves it as it is. */
export function editedToken(
  edit: TokenEdit,
  present: Token,
  { trackerUrl }: Settings,
): Token | undefined {
  const { origin } = new URL(trackerUrl);
  if (edit.kind === 'remove') return null;
  if (edit.kind === 'replace' && edit.text !== '' && edit.origin === origin) {
    return { value: edit.text, origin };
  }
  if (edit.kind === 'confirm' && edit.origin === origin && present !== null) {
    return { value: present.value, origin };
  }
  return undefined;
}

/** The token to store when what holds until the restart is made lasting; undefined leaves it as it is. */
export function savedToken(
  edit: TokenEdit,
  present: Token,
  temporary: Token | undefined,
  settings: Settings,
): Token | undefined {
  const edited = editedToken(edit, present, settings);
  // Null is a token that is taken away: only what was not edited is as it was until the restart.
  return edited === undefined ? temporary : edited;
}
