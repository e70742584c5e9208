import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Draft, draftOf, pickInputs, type TextName, valuesOf } from '../options/draft.ts';
import { withoutGone } from '../options/field-choice.ts';
import type { FollowedSettings } from '../options/follow-settings.ts';
import { followHosts, hostPatterns } from '../options/hosts.ts';
import { createProbing, onceSettled } from '../options/probing.ts';
import { createRemarks } from '../options/remarks.ts';
import { tidyToken } from '../options/tidy.ts';
import { type TypedToken, tokenIn } from '../options/token-edit.ts';
import { isSameValue, layerOver, without } from '../settings/layers.ts';
import { hostPattern, originOf } from '../settings/origin.ts';
import {
  missingSettings,
  problemsOf,
  repairSettings,
  type SettingName,
  type Settings,
  settingNames,
} from '../settings/schema.ts';
import { exclusively, isTokenFor, loadSettings, saveSome, type Token } from '../settings/store.ts';
import type { Fix } from '../setup/checks.ts';
import type { Preview } from '../status/preview.ts';
import { openPreview } from '../ui/extension-pages.ts';
import { reasonOf } from '../ui/page.tsx';
import { overtaken } from './overtaken.ts';
import { checklistChecks, contentChecks, namesOf, stepsDone, trackerChecks } from './progress.ts';

/** The guide's state: what is typed, what the worker says to it, what is kept by now. */
export type GuideStore = ReturnType<typeof createGuideStore>;

/**
 * Makes the guide's state. What a step has found good is stored there and then, so that the guide can
 * be left at any time; the schedule stays paused until the last step.
 */
export function createGuideStore(
  { loaded, token }: Pick<FollowedSettings, 'loaded' | 'token'>,
  preview: ReadonlySignal<Preview | null>,
) {
  const probing = createProbing();
  /** What is typed and not stored. */
  const changes = signal<Partial<Draft>>({});
  /** It is sent to no other tracker than the one that it was typed for. */
  const tokenTyped = signal<TypedToken | null>(null);
  /** The token that was kept here last. */
  const tokenTried = signal<string | null>(null);
  /** What could not be done, which is said until the same is done again. */
  const failed = signal<{ readonly work: unknown; readonly reason: string } | null>(null);
  /** Inputs that stand as another page has stored them, not as they were typed here. */
  const theirs = signal<readonly SettingName[]>([]);
  /** The schedule was on, and rests for what was changed here. */
  const isPausedHere = signal(false);
  let seen = draftOf(loaded.peek().settings);
  /** What this page has stored last. */
  let own: Partial<Draft> = {};
  /** The same as it was typed: it stands in the inputs until this page is told that it is stored. */
  let typedOfOwn: Partial<Draft> = {};

  effect(() => {
    const now = draftOf(loaded.value.settings);
    const names = overtaken(changes.peek(), seen, now, own);
    seen = now;
    dropOwn();
    if (names.length === 0) return;
    drop(names);
    theirs.value = names;
  });

  effect(() => {
    // Another page has put another in its place, which has not been tried.
    if (token.value?.value !== tokenTried.peek()) tokenTried.value = null;
  });

  function drop(names: readonly SettingName[]): void {
    const left = Object.entries(changes.peek()).filter(
      ([name]) => !names.some((one) => one === name),
    );
    changes.value = Object.fromEntries(left);
  }

  /** What was typed further while it was stored is kept in its turn. */
  function dropOwn(): void {
    const now = draftOf(loaded.peek().settings);
    const isTold = (name: SettingName) => isSameValue(now[name], own[name]);
    const isAsTyped = (name: SettingName) => changes.peek()[name] === typedOfOwn[name];
    drop(settingNames.filter((name) => isTold(name) && isAsTyped(name)));
  }

  const draft = computed<Draft>(() => ({ ...draftOf(loaded.value.settings), ...changes.value }));
  const { notes, problems, problemAt, note, keepNotes, leave } = createRemarks(loaded, draft, edit);
  /**
   * The tracker that a token is wanted for. It stays while another one is typed: each half of an
   * address is one as well.
   */
  const tokenFor = signal(draft.peek().trackerUrl);
  effect(() => {
    const { trackerUrl } = loaded.value.settings;
    if (!Object.hasOwn(changes.value, 'trackerUrl')) tokenFor.value = trackerUrl;
  });
  /** What is wrong with what is in force, and lets no run begin. */
  const standing = computed(() => problemsOf(loaded.value.settings, Date.now()));
  /** What is typed where it is valid, what is stored where it is not. */
  const candidate = computed(() => {
    const wrong = problems.value;
    const { settings } = repairSettings(valuesOf(draft.value));
    const { settings: stored } = loaded.value;
    return { ...settings, ...without(stored, (name) => !wrong.has(name)) };
  });
  const typedToken = computed(() => tokenTyped.value && tokenIn(tokenTyped.value));
  const hosts = followHosts(
    computed(() => hostPatterns(candidate.value.trackerUrl, candidate.value.contentUrl)),
  );
  const hasToken = computed(() => isTokenFor(token.value, candidate.value));
  const missing = computed(() =>
    missingSettings(loaded.value.settings, isTokenFor(token.value, loaded.value.settings)),
  );

  function isGranted(url: string): boolean {
    return url !== '' && hosts.granted.value.has(hostPattern(url));
  }

  /** What a tracker's probe depends on. */
  const trackerKey = computed(() => {
    const { trackerUrl, tokenScheme, organisationHeader, organisationId, checklistIssues } =
      candidate.value;
    // Keeping a token that was tried is nothing new to try.
    const kept = tokenTried.value ?? token.value?.value;
    const secret = typedToken.value?.value ?? (hasToken.value && kept);
    const asked = { trackerUrl, tokenScheme, organisationHeader, organisationId, checklistIssues };
    const isWrong = namesOf.tracker.some((name) => problems.value.has(name));
    // Whoever has not come to the token yet is not told that there is none.
    const isFirst = token.value === null && probing.findings.value.checks.token === undefined;
    if (isWrong || (secret === false && isFirst)) return null;
    return JSON.stringify([asked, secret, isGranted(trackerUrl)]);
  });
  const contentKey = computed(() => {
    const { contentUrl, testLink } = candidate.value;
    if (contentUrl === '' || problems.value.has('contentUrl')) return null;
    return JSON.stringify([contentUrl, testLink, isGranted(contentUrl)]);
  });

  async function probeTracker(): Promise<void> {
    const settings = candidate.peek();
    const typed = typedToken.peek();
    const hasIssues = settings.checklistIssues.length > 0;
    const checks = [...trackerChecks, ...(hasIssues ? checklistChecks : []), 'fields' as const];
    const key = trackerKey.peek();
    await probing.probe({ checks, settings, token: typed });
    // Somebody went on typing: that is looked at by itself.
    if (trackerKey.peek() !== key) return;
    const { token: ofToken, checklist_readable: readable } = probing.findings.peek().checks;
    if (ofToken?.status !== 'good') return;
    const isReadable = hasIssues && readable?.status === 'good';
    const names = [...namesOf.tracker, ...(isReadable ? namesOf.checklist : [])];
    const isKept = await keep(names, typed ?? undefined);
    if (typed === null || !isKept) return;
    batch(() => {
      tokenTried.value = typed.value;
      tokenTyped.value = null;
    });
  }

  async function probeContent(): Promise<void> {
    const settings = candidate.peek();
    const key = contentKey.peek();
    await probing.probe({ checks: [...contentChecks], settings, token: null });
    const isGood = probing.findings.peek().checks.content_reachable?.status === 'good';
    if (isGood && contentKey.peek() === key) await keep(namesOf.content);
  }

  onceSettled(trackerKey, () => attempt(probeTracker));
  onceSettled(contentKey, () => attempt(probeContent));

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    if (failed.peek()?.work === work) failed.value = null;
    try {
      await work();
    } catch (error) {
      failed.value = { work, reason: reasonOf(error) };
    }
  }

  /**
   * Stores what stands in these inputs, where there is anything new in it.
   * @returns false as `keepValues` does.
   */
  async function keep(names: readonly SettingName[], newToken?: Token): Promise<boolean> {
    const wrong = problems.peek();
    const now = candidate.peek();
    const sound = names.filter((name) => Object.hasOwn(changes.peek(), name) && !wrong.has(name));
    if (sound.length === 0 && newToken === undefined) return true;
    const typed = changes.peek();
    if (!(await keepValues(pick(now, sound), newToken))) return false;
    // A field that was not stored stands there to be corrected.
    const isWhole = (name: SettingName) =>
      !namesOf.fields.includes(name) || isSameValue(typed[name], own[name]);
    typedOfOwn = { ...typedOfOwn, ...pickInputs(typed, sound.filter(isWhole)) };
    dropOwn();
    return true;
  }

  /**
   * Stores values, and pauses the schedule until the last step: nothing is to run by itself on what
   * somebody is still typing, be it for the first time or later.
   * @returns false where nothing is stored: another page has stored what this one has not seen, or
   * these clash with what is stored.
   */
  function keepValues(values: Partial<Settings>, newToken?: Token): Promise<boolean> {
    return exclusively(async () => {
      const { settings: present } = await loadSettings();
      const wanted = { ...present, ...values };
      const { fields } = probing.findings.peek();
      const next = { ...wanted, ...withoutGone(wanted, present, fields) };
      const mine = pickInputs(draftOf(next), Object.keys(values));
      // What another page stored in this moment is seen before it is stored over.
      const unseen = overtaken(mine, draftOf(loaded.peek().settings), draftOf(present), own);
      if (unseen.length > 0 || hasNewProblem(present, next)) return false;
      own = { ...own, ...mine };
      const isComplete = missing.peek().length === 0;
      const changed = Object.keys(layerOver(present, next));
      const pauses = !isComplete || changed.some((name) => !triedOnly.includes(name));
      // What is as before asks for no run, and goes on holding until the restart where it did.
      if (changed.length === 0 && newToken === undefined) return true;
      const kept = { ...(pauses ? { schedulePaused: true } : {}), ...pick(next, changed) };
      if (!(await saveSome(kept, newToken))) return false;
      if (kept.schedulePaused === false) isPausedHere.value = false;
      else if (kept.schedulePaused && !present.schedulePaused) isPausedHere.value = isComplete;
      return true;
    });
  }

  /** What the organisation has set is not asked for; it can't be changed here. */
  function isManaged(name: SettingName): boolean {
    return Object.hasOwn(loaded.value.managed, name);
  }

  function edit<Name extends keyof Draft>(name: Name, value: Draft[Name]): void {
    changes.value = { ...changes.peek(), [name]: value };
    // What was put right is said of another text.
    keepNotes((other) => other !== name);
    theirs.value = theirs.peek().filter((one) => one !== name);
  }

  const unsettled = computed(() => {
    const now = draftOf(loaded.value.settings);
    const names = settingNames.filter(
      (name) => problems.value.has(name) || !isSameValue(draft.value[name], now[name]),
    );
    return new Set<SettingName | 'token'>([
      ...names,
      ...(tokenTyped.value?.text ? (['token'] as const) : []),
    ]);
  });

  const done = computed(() => {
    const { settings } = loaded.value;
    return stepsDone({
      settings,
      isSound: standing.value.length === 0,
      hasToken: isTokenFor(token.value, settings),
      findings: probing.findings.value,
      isContentAllowed: isGranted(settings.contentUrl),
      isPreviewed: preview.value?.of.type === 'all' && preview.value.outcome === 'completed',
      unsettled: unsettled.value,
    });
  });

  const keepFields = () => keep(namesOf.fields);
  const showPreview = () => openPreview('queue');
  const switchOn = () => keepValues({ schedulePaused: false });

  return {
    loaded,
    draft,
    candidate,
    problems,
    notes,
    problemAt,
    standing,
    trouble: computed(() => failed.value?.reason ?? null),
    theirs,
    isPausedHere,
    tokenTyped,
    hasToken,
    missing,
    findings: probing.findings,
    done,
    isGranted,
    isManaged,
    edit,
    leave: (name: TextName) => {
      leave(name);
      if (name === 'trackerUrl') tokenFor.value = draft.peek().trackerUrl;
    },
    tokenFor,
    /** The token, as somebody pastes it for the tracker that stands there. */
    typeToken: (text: string) => {
      const { trackerUrl } = draft.peek();
      const { scheme, ...tidied } = tidyToken(text);
      // A space may be followed by the token that is still to be typed.
      tokenTyped.value = {
        text: scheme === null ? text : tidied.text,
        origin: originOf(trackerUrl),
      };
      note('token', tidied.notes);
      if (scheme !== null && !isManaged('tokenScheme')) edit('tokenScheme', scheme);
    },
    /** What was put right in it is said of a text that stands there no longer once it is kept. */
    leaveToken: () => keepNotes((name) => name !== 'token'),
    /** Settings from elsewhere take the place of what was typed before. */
    forgetTyped: () =>
      batch(() => {
        changes.value = {};
        notes.value = {};
        tokenTyped.value = null;
        // The settings that came were asked for on this page.
        theirs.value = [];
      }),
    keepFields: () => attempt(keepFields),
    fix: (fix: Fix) => {
      if (fix.tokenScheme !== undefined) edit('tokenScheme', fix.tokenScheme);
      if (fix.organisationHeader !== undefined) edit('organisationHeader', fix.organisationHeader);
    },
    allow: async (url: string) => {
      await hosts.ask([hostPattern(url)]);
    },
    isRefused: (url: string) => hosts.refused.value.has(hostPattern(url)),
    checkTrackerAgain: () => attempt(probeTracker),
    checkContentAgain: () => attempt(probeContent),
    preview: () => attempt(showPreview),
    switchOn: () => attempt(switchOn),
  };
}

/** Settings that no item is written by. */
const triedOnly: readonly string[] = ['loginUrl', 'testLink'];

function hasNewProblem(before: Settings, after: Settings): boolean {
  const now = Date.now();
  const known = problemsOf(before, now).map(({ name }) => name);
  return problemsOf(after, now).some(({ name }) => !known.includes(name));
}

function pick(settings: Settings, names: readonly string[]): Partial<Settings> {
  return without(settings, (name) => !names.includes(name));
}
