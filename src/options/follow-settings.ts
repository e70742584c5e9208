import { computed, type ReadonlySignal } from '@preact/signals';
import {
  type LoadedSettings,
  loadSettings,
  storedLastingToken,
  storedTemporaryToken,
  type Token,
  watchSettings,
} from '../settings/store.ts';
import { follow } from '../ui/follow.ts';

/** The settings and the token, as the pages that edit them follow them. */
export interface FollowedSettings {
  readonly loaded: ReadonlySignal<LoadedSettings>;
  /** The one that counts. */
  readonly token: ReadonlySignal<Token>;
  /** The one that holds until the browser restarts; undefined without one. */
  readonly temporaryToken: ReadonlySignal<Token | undefined>;
  /**
   * The one that is stored: what holds until the restart is neither exported nor compared with what
   * is imported.
   */
  readonly lastingToken: ReadonlySignal<Token>;
}

/** Reads the settings and the token, and follows them from then on. */
export async function followSettings(): Promise<FollowedSettings> {
  const [loaded, temporaryToken, lastingToken] = await Promise.all([
    follow({ read: loadSettings, watch: watchSettings }),
    follow(storedTemporaryToken),
    follow(storedLastingToken),
  ]);
  const token = computed(() =>
    // Null is a token that is taken away until then.
    temporaryToken.value === undefined ? lastingToken.value : temporaryToken.value,
  );
  return { loaded, token, temporaryToken, lastingToken };
}
