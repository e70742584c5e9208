import { batch, computed, effect, signal } from '@preact/signals';
import { isSameValue, layerOver, sourceOf, without } from '../settings/layers.ts';
import { originOf } from '../settings/origin.ts';
import {
  missingSettings,
  type SettingName,
  type Settings,
  settingNames,
  settingsSchema,
} from '../settings/schema.ts';
import {
  applyUntilRestart,
  endTemporary,
  exclusively,
  isTokenFor,
  type LoadedSettings,
  loadSettings,
  saveSettings,
  storedToken,
  type Token,
} from '../settings/store.ts';
import { isSameToken } from '../settings/token.ts';
import { reasonOf } from '../ui/page.tsx';
import { words } from '../words/words.ts';
import { createChosenFiles } from './chosen-files.ts';
import {
  type Draft,
  draftOf,
  editsIn,
  isSameDraft,
  pickInputs,
  textNames,
  valuesOf,
} from './draft.ts';
import type { FollowedSettings } from './follow-settings.ts';
import { followHosts, hostPatterns } from './hosts.ts';
import type { EditKeeper } from './kept-edits.ts';
import { createRemarks } from './remarks.ts';
import { createSaving, type Done } from './saving.ts';
import { tidyToken } from './tidy.ts';
import { editedToken, savedToken, type TokenEdit, tokenProblem, typedToken } from './token-edit.ts';

/** The options page's state: the inputs, what is wrong with them, and what happens on a click. */
export type OptionsStore = ReturnType<typeof createOptionsStore>;

/**
 * Makes the state of the options page from what is stored, which it follows.
 * @param assumed what an import takes its files to say where they say nothing of it.
 */
export function createOptionsStore(
  { loaded, token, temporaryToken, lastingToken }: FollowedSettings,
  { left, keep }: EditKeeper,
  assumed: Partial<Settings> = {},
) {
  /** What the inputs were filled from. */
  const base = signal(loaded.peek());
  /** The token as it was when an edit of it could have begun. */
  let baseToken = token.peek();
  /** The inputs as they were filled. */
  const filled = computed(() => draftOf(base.value.settings));
  const draft = signal(filled.peek());
  const edits = computed(() => editsIn(draft.value, filled.value));
  /** Edits that a page which was closed had left, as long as they are here and unsaved. */
  const restored = signal(left);
  let lastEdited = left?.field ?? '';
  const tokenEdit = signal<TokenEdit>({ kind: 'keep' });
  const remarks = createRemarks(base, draft, edit);
  const { visited, notes, problemAt, visit, note, keepNotes, leave } = remarks;
  /** Another page stored something while there were edits here. */
  const conflict = signal(false);
  /** What a newer version of this extension has stored, where it may be replaced: that, and nothing later. */
  const replaceable = signal<LoadedSettings | null>(null);
  const newer = computed(() => base.value.isNewer && replaceable.value !== base.value);

  /** Origin of the tracker as typed; null while that is no address. */
  const trackerOrigin = computed(() => originOf(draft.value.trackerUrl));
  const problems = computed(() => {
    const ofToken = tokenProblem(tokenEdit.value, trackerOrigin.value);
    return new Map<SettingName | 'token', string>([
      ...remarks.problems.value,
      ...(ofToken === null ? [] : [['token', ofToken] as const]),
    ]);
  });
  const edited = computed(
    () => tokenEdit.value.kind !== 'keep' || Object.keys(edits.value).length > 0,
  );
  /** Whether a Save would change something: defaults in the place of a newer version's settings do. */
  const unsaved = computed(() => edited.value || (base.value.isNewer && !newer.value));
  /** Names of what holds until the browser restarts. */
  const temporaryNames = computed<(SettingName | 'token')[]>(() => [
    ...settingNames.filter((name) => sourceOf(base.value, name) === 'temporary'),
    ...(temporaryToken.value === undefined ? [] : (['token'] as const)),
  ]);

  const chosen = createChosenFiles(base, lastingToken, assumed);
  const neededHosts = computed(() => hostPatterns(draft.value.trackerUrl, draft.value.contentUrl));
  const hosts = followHosts(
    computed(() => [...new Set([...neededHosts.value, ...chosen.hosts.value])]),
  );
  const { saving, outcome, attempt, askAndStore } = createSaving(hosts, edited);

  /** Puts edits that were left into the inputs; nothing is in force of them. */
  function restore(kept: NonNullable<typeof left>): void {
    const names = Object.keys(kept.edits).filter(
      (name) => !Object.hasOwn(base.peek().managed, name),
    );
    const present = draft.peek();
    draft.value = { ...present, ...pickInputs(kept.edits, names) };
    const isOverSame = isSameDraft({ ...present, ...pickInputs(kept.from, names) }, present);
    if (!isOverSame && edited.peek()) conflict.value = true;
  }
  if (left !== null) restore(left);

  effect(() => {
    const ofToken = tokenEdit.value;
    const names = Object.keys(edits.value);
    const hadToken = ofToken.kind === 'replace' && ofToken.text !== '';
    if (names.length === 0 && !hadToken) {
      if (restored.peek() !== null && !restored.peek()?.hadToken) restored.value = null;
      keep(null);
      return;
    }
    const from = pickInputs(filled.value, names);
    keep({ at: Date.now(), edits: edits.value, from, field: lastEdited, hadToken });
  });

  /** @param mine edits that stay, with what is said of them. */
  function adopt(theirs: LoadedSettings, mine: Partial<Draft> = {}): void {
    batch(() => {
      base.value = theirs;
      draft.value = { ...draftOf(theirs.settings), ...mine };
      // One about the token stands until somebody decides.
      const isTokenEdited = tokenEdit.peek().kind !== 'keep';
      if (!isTokenEdited || isSameToken(token.peek(), baseToken)) conflict.value = false;
      const stays = (name: string) =>
        name === 'token' ? isTokenEdited : Object.hasOwn(mine, name);
      keepNotes(stays);
      visited.value = new Set([...visited.peek()].filter(stays));
    });
  }

  effect(() => {
    const theirs = loaded.value;
    // What is being stored from here is no news, and there may be further edits already.
    if (saving.peek()) return;
    // What came of the last thing that was stored here is not what is in force any more.
    if (!isSameValue(theirs, base.peek())) outcome.value = null;
    const now = draftOf(theirs.settings);
    const typed = draft.peek();
    if (isSameDraft(typed, filled.peek()) || isSameDraft(typed, now)) adopt(theirs);
    else if (isSameDraft(now, filled.peek())) base.value = theirs;
    else conflict.value = true;
  });

  effect(() => {
    const theirs = token.value;
    if (saving.peek() || isSameToken(theirs, baseToken)) return;
    outcome.value = null;
    if (tokenEdit.peek().kind === 'keep') baseToken = theirs;
    else conflict.value = true;
  });

  /** Whether the organisation has set it, so that it can't be edited. */
  function isManaged(name: SettingName): boolean {
    return Object.hasOwn(base.value.managed, name);
  }

  function edit<Name extends keyof Draft>(name: Name, value: Draft[Name]): void {
    lastEdited = name;
    draft.value = { ...draft.peek(), [name]: value };
    // What was put right is said of another text.
    keepNotes((other) => other !== name);
    outcome.value = null;
  }

  function editToken(edit: TokenEdit): void {
    if (edit.kind !== 'keep') lastEdited = 'token';
    tokenEdit.value = edit;
    keepNotes((name) => name !== 'token');
    // What came of the last Save says nothing of what is not saved yet.
    outcome.value = null;
  }

  function leaveToken(): void {
    visit('token');
    const typed = tokenEdit.peek();
    if (typed.kind !== 'replace') return;
    const { text, scheme, notes } = tidyToken(typed.text);
    if (text === typed.text) return;
    // Before the token, which is what somebody has edited.
    if (scheme !== null && scheme !== draft.peek().tokenScheme && !isManaged('tokenScheme')) {
      edit('tokenScheme', scheme);
      note('tokenScheme', ['note_scheme_of_token']);
    }
    editToken({ ...typed, text });
    note('token', notes);
  }

  /**
   * Stores something, unless another page has stored what this one has not seen: two clicks in the
   * same moment are not to undo each other unseen. Then goes on from what is in force, with what was
   * edited since the click.
   * @returns whether it was stored.
   */
  function storeOver(
    wantedHosts: readonly string[],
    done: Done,
    changedToken: Token | undefined,
    store: (present: LoadedSettings) => Promise<void>,
  ): Promise<boolean> {
    const typed = draft.peek();
    const typedOfToken = tokenEdit.peek();
    const storeIfSeen = async () => {
      const present = await loadSettings();
      const isSeen =
        present.isNewer === base.peek().isNewer &&
        isSameDraft(draftOf(present.settings), filled.peek());
      const presentToken = await storedToken.read();
      const isTokenSeen = changedToken === undefined || isSameToken(presentToken, baseToken);
      if (!isSeen || !isTokenSeen) {
        if (edited.peek()) conflict.value = true;
        else {
          // Nothing that was typed is lost by going on from what is stored.
          baseToken = presentToken;
          adopt(present);
        }
        return false;
      }
      await store(present);
      const stored = await loadSettings();
      batch(() => {
        if (changedToken !== undefined) baseToken = changedToken;
        if (tokenEdit.peek() === typedOfToken) tokenEdit.value = { kind: 'keep' };
        adopt(stored, editsIn(draft.peek(), typed));
        restored.value = null;
      });
      return true;
    };
    return askAndStore(wantedHosts, done, () => exclusively(storeIfSeen));
  }

  /**
   * Stores what the inputs say, where it can be stored.
   * @returns otherwise the id of what has to be seen to first; nothing is stored.
   */
  function storeInputs(store: (wanted: Settings) => void): string | null {
    // By the keyboard it can be asked for again before the first one is done.
    if (saving.peek()) return null;
    outcome.value = null;
    textNames.filter((name) => Object.hasOwn(edits.peek(), name)).forEach(leave);
    leaveToken();
    const [first] = problems.peek().keys();
    if (first !== undefined) {
      visit(...problems.peek().keys());
      return first;
    }
    if (newer.peek()) return 'newer';
    if (conflict.peek()) return 'conflict';
    store(settingsSchema.parse(valuesOf(draft.peek())));
    return null;
  }

  /** Stores what the inputs say, what held until the restart with it. */
  function save(): string | null {
    return storeInputs((wanted) => {
      const changed = savedToken(tokenEdit.peek(), token.peek(), temporaryToken.peek(), wanted);
      storeOver(neededHosts.peek(), 'saved', changed, ({ stored, managed }) =>
        // What the organisation set is no choice of this person: their own is kept for later.
        saveSettings(
          { ...wanted, ...without(stored, (name) => !Object.hasOwn(managed, name)) },
          changed,
        ),
      );
    });
  }

  /** Puts what the inputs say in force until the browser restarts. */
  function apply(): string | null {
    return storeInputs((wanted) => {
      const changed = editedToken(tokenEdit.peek(), token.peek(), wanted);
      storeOver(neededHosts.peek(), 'applied', changed, ({ stored, managed }) =>
        applyUntilRestart(
          without(layerOver(stored, wanted), (name) => Object.hasOwn(managed, name)),
          changed,
        ),
      );
    });
  }

  /** Puts what is stored in force again. */
  function endTemporaryOnes(names: readonly (SettingName | 'token')[]): Promise<void> {
    return attempt(async () => {
      await endTemporary(names);
      const present = await loadSettings();
      const presentToken = await storedToken.read();
      const now = draftOf(present.settings);
      const mine = edits.peek();
      batch(() => {
        base.value = present;
        // Edits of other settings stay; what was not edited is as another page may have stored it
        // meanwhile, or it would pass for an edit from here.
        draft.value = { ...now, ...mine, ...pickInputs(now, names) };
        if (!names.includes('token')) return;
        baseToken = presentToken;
        // It was the other one that may be sent to another host.
        if (tokenEdit.peek().kind === 'confirm') tokenEdit.value = { kind: 'keep' };
      });
      return null;
    });
  }

  /**
   * Stores what the chosen files say, as far as it is to be taken.
   * @param isPaused the schedule is to stand still, whatever the files say.
   * @returns whether it was stored.
   */
  async function importChosen(isPaused = false): Promise<boolean> {
    const plan = chosen.plan.peek();
    if (plan === null || newer.peek()) return false;
    // Others may be chosen while these are stored.
    const files = chosen.files.peek();
    const taken = chosen.taken.peek();
    const isTaken = (name: string) => taken.some(({ setting }) => setting === name);
    const changedToken = isTaken('token') ? plan.token : undefined;
    const settings = isPaused ? { ...plan.settings, schedulePaused: true } : plan.settings;
    const isImported = await storeOver(
      chosen.hosts.peek(),
      'imported',
      changedToken,
      async ({ temporary }) => {
        // Nor is it to go on because of what holds until the restart.
        const ends = (name: string) => isTaken(name) || (isPaused && name === 'schedulePaused');
        await saveSettings(settings, changedToken, without(temporary, ends));
        if (chosen.files.peek() === files) chosen.drop();
      },
    );
    if (!isImported && outcome.peek() === null && !conflict.peek()) {
      outcome.value = { kind: 'failed', reason: words('import_overtaken') };
    }
    return isImported;
  }

  function dropFiles(): void {
    chosen.drop();
    outcome.value = null;
  }

  async function chooseFiles(files: Iterable<File>): Promise<void> {
    outcome.value = null;
    try {
      await chosen.choose(files);
    } catch (error) {
      outcome.value = { kind: 'failed', reason: reasonOf(error) };
    }
  }

  return {
    loaded,
    token,
    lastingToken,
    base,
    draft,
    tokenEdit,
    visited,
    notes,
    conflict,
    newer,
    chosen,
    saving,
    outcome,
    problems,
    problemAt,
    edited,
    unsaved,
    trackerOrigin,
    /** What no run can begin without, as it is in force. */
    missing: computed(() =>
      missingSettings(loaded.value.settings, isTokenFor(token.value, loaded.value.settings)),
    ),
    typedToken: computed(() => typedToken(tokenEdit.value)),
    neededHosts,
    hosts,
    edit,
    editToken,
    leave,
    leaveToken,
    visit,
    save,
    apply,
    endTemporary: endTemporaryOnes,
    temporaryNames,
    restored,
    /** Fills the inputs with what is in force. */
    dropEdits: () => {
      restored.value = null;
      outcome.value = null;
      baseToken = token.peek();
      tokenEdit.value = { kind: 'keep' };
      adopt(loaded.peek());
    },
    isManaged,
    importChosen,
    chooseFiles,
    dropFiles,
    replaceNewer: () => {
      replaceable.value = base.peek();
      outcome.value = null;
    },
    /** What was edited here stays; what was not is as the other page has stored it. */
    keepMine: () => {
      const mine = edits.peek();
      batch(() => {
        baseToken = token.peek();
        base.value = loaded.peek();
        draft.value = { ...draftOf(loaded.peek().settings), ...mine };
        conflict.value = false;
      });
    },
    /** Asks for one host, from within a click. */
    allow: async (host: string) => {
      outcome.value = { kind: (await hosts.ask([host])) ? 'allowed' : 'not_allowed' };
    },
  };
}
