import browser from 'webextension-polyfill';
import * as z from 'zod/mini';
import { armBell } from '../status/bell.ts';
import { storedAsked } from '../status/status.ts';
import {
  forget,
  readArea,
  readKey,
  type StorageChanges,
  store,
  stored,
} from '../storage/stored.ts';
import { currentVersion, membersSchema, openEnvelope, valuesWith } from './envelope.ts';
import {
  isSameValue,
  type Layers,
  layerOver,
  parseLayer,
  settingsInForce,
  sourceOf,
  without,
} from './layers.ts';
import {
  defaultSettings,
  repairSettings,
  type SettingName,
  type SettingProblem,
  type Settings,
  settingNames,
} from './schema.ts';
import { type Token, tokenSchema } from './token.ts';

export type { Token } from './token.ts';

/** The settings in force, the layers that they come from, and what had to be put right to have any. */
export interface LoadedSettings extends Layers {
  readonly settings: Settings;
  /** Settings whose stored values did not parse: they stand at their defaults until somebody saves. */
  readonly repaired: readonly SettingName[];
  /** A newer version of this extension has stored them; the defaults stand in for them. */
  readonly isNewer: boolean;
  /** What the organisation's policy says that can't be used, and is not. */
  readonly ignoredPolicies: readonly SettingProblem[];
}

const settingsKey = 'settings';

/** In memory only: a restart of the browser is their end. An update of the extension is, too. */
const storedTemporary = stored('temporary_settings', membersSchema, {}, 'session');

/** What the organisation's policy says, as far as the worker has heard. */
const storedPolicies = stored('policies', membersSchema, {});

/**
 * Keeps what the organisation's policy says where all read it. Chromium 156 takes three seconds to
 * tell it for the first time after its start (measured with an extension that does nothing else);
 * neither a page nor a run waits for that, and the answer counts when it comes.
 */
export async function followPolicies(): Promise<void> {
  const [policies, known] = await Promise.all([readArea('managed'), storedPolicies.read()]);
  if (!isSameValue(policies, known)) await storedPolicies.write(policies);
}

/** Reads the settings. Values of a newer version count as repaired, all of them. */
export async function loadSettings(): Promise<LoadedSettings> {
  const [kept, temporary, policies] = await Promise.all([
    readKey(settingsKey),
    storedTemporary.read(),
    storedPolicies.read(),
  ]);
  const now = Date.now();
  const { settings, repaired, isNewer } = parseStoredSettings(kept);
  const { values: managed, problems } = parseLayer(policies, now);
  const layers = { stored: settings, temporary: parseLayer(temporary, now).values, managed };
  return {
    ...layers,
    settings: settingsInForce(layers),
    repaired: repaired.filter((name) => sourceOf(layers, name) === 'stored'),
    isNewer,
    ignoredPolicies: problems,
  };
}

function parseStoredSettings(
  value: unknown,
): Pick<LoadedSettings, 'settings' | 'repaired' | 'isNewer'> {
  if (value === undefined) return { settings: defaultSettings, repaired: [], isNewer: false };
  const { values, isNewer } = openEnvelope(value);
  if (values === null) return { settings: defaultSettings, repaired: settingNames, isNewer };
  return { ...repairSettings(values), isNewer };
}

/** Calls back with the settings after each change of any layer. */
export function watchSettings(onChange: (loaded: LoadedSettings) => void): void {
  let changesSeen = 0;
  browser.storage.onChanged.addListener(async (changes, area) => {
    if (settingsChange(changes, area)?.hasSettings !== true) return;
    changesSeen += 1;
    const change = changesSeen;
    const loaded = await loadSettings();
    if (change === changesSeen) onChange(loaded);
  });
}

/** What has changed, and whether who changed it has asked for a run with it in the same write. */
interface SettingsChange {
  /** Else it is the token alone. */
  readonly hasSettings: boolean;
  readonly isRunAsked: boolean;
}

/** What a change of storage may have changed of the settings or the token in force; null: nothing. */
export function settingsChange(changes: StorageChanges, area: string): SettingsChange | null {
  const hasPolicies = area === 'local' && storedPolicies.key in changes;
  const hasSettings =
    hasPolicies ||
    (area === 'local' && settingsKey in changes) ||
    (area === 'session' && storedTemporary.key in changes);
  const hasToken = (area === 'local' || area === 'session') && storedLastingToken.key in changes;
  const isRunAsked = area === 'local' && !hasPolicies;
  return hasSettings || hasToken ? { hasSettings, isRunAsked } : null;
}

/**
 * Stores settings that were checked with `problemsOf`, with a token where one is given, and asks for
 * a run with them: all in one go, so that no death in between leaves one without the others. What
 * held until the restart ends in a write of its own, as it lies in another area: after a death in
 * between it covers them still, and the page shows that it does.
 * @param temporary what of it is to hold on.
 */
export async function saveSettings(
  settings: Settings,
  token?: Token,
  temporary: Partial<Settings> = {},
): Promise<void> {
  await storeLasting({ ...settings }, token, temporary);
}

/**
 * Stores some settings that were checked, with a token where one is given; what else is stored stays
 * as it is.
 * @returns false where a newer version has stored the settings; then nothing is.
 */
export async function saveSome(changes: Partial<Settings>, token?: Token): Promise<boolean> {
  const { temporary, isNewer } = await loadSettings();
  if (isNewer) return false;
  const values = valuesWith(await readKey(settingsKey), changes);
  const left = without(temporary, (name) => Object.hasOwn(changes, name));
  await storeLasting(values ?? { ...defaultSettings, ...changes }, token, left);
  return true;
}

async function storeLasting(
  values: Readonly<Record<string, unknown>>,
  token: Token | undefined,
  temporary: Partial<Settings>,
): Promise<void> {
  await storeValues(
    values,
    token === undefined ? {} : { [storedLastingToken.key]: token },
    temporary,
  );
  // The worker asks for another run with each change there.
  if (!isSameValue(await storedTemporary.read(), temporary)) {
    await store({ [storedTemporary.key]: temporary }, 'session');
  }
  if (token !== undefined) await forget(storedTemporaryToken.key);
}

/**
 * Lets settings that were checked be in force until the browser restarts, and a token with them
 * where one is given. Nothing of it is written to a disk.
 */
export async function applyUntilRestart(
  temporary: Partial<Settings>,
  token?: Token,
): Promise<void> {
  const tokenValue = token === undefined ? {} : { [storedTemporaryToken.key]: token };
  await armBell();
  await store({ [storedTemporary.key]: temporary, ...tokenValue }, 'session');
}

/** Lets what is stored be in force again where something else was to hold until the restart. */
export function endTemporary(names: readonly (SettingName | 'token')[]): Promise<void> {
  return exclusively(async () => {
    const { temporary } = await loadSettings();
    await applyUntilRestart(without(temporary, (name) => names.includes(name)));
    if (names.includes('token')) await forget(storedTemporaryToken.key);
  });
}

/** @param temporary what of it is to hold until the restart, where that is to be another. */
async function storeValues(
  values: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> = {},
  temporary?: Partial<Settings>,
): Promise<void> {
  const over = await loadSettings();
  // A pause that covers what is stored is a pause all the same.
  const inForce = { ...values, ...(temporary ?? over.temporary), ...over.managed };
  // A worker that dies before it heard of the change is started again for it.
  await armBell();
  await store({
    [settingsKey]: { version: currentVersion, values },
    ...(inForce.schedulePaused === true ? {} : { [storedAsked.process.key]: 'settings' }),
    ...others,
  });
}

/**
 * Changes one setting in the layer that it comes from. The others are left as they are stored.
 * @returns false where it can't be changed: the organisation has set it, or what is stored is none
 * of this version's settings; then nothing is.
 */
export function changeSetting<Name extends SettingName>(
  name: Name,
  change: (present: Settings[Name]) => Settings[Name],
): Promise<boolean> {
  return exclusively(async () => {
    const loaded = await loadSettings();
    const source = sourceOf(loaded, name);
    if (source === 'managed') return false;
    const value = change(loaded.settings[name]);
    if (source === 'temporary') {
      const wanted = { ...loaded.stored, ...loaded.temporary, [name]: value };
      await applyUntilRestart(layerOver(loaded.stored, wanted));
      return true;
    }
    return storeChanges({ [name]: value });
  });
}

/** Stores what has changed over what is stored; false where that is none of this version's settings. */
async function storeChanges(
  changes: Partial<Settings>,
  along?: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const values = valuesWith(await readKey(settingsKey), changes);
  if (values === null) return false;
  await storeValues(values, along);
  return true;
}

/**
 * Whether a checklist issue's place can be given to another: it is stored, and neither the
 * organisation nor something that ends with the browser says otherwise.
 */
export function canReplaceChecklistIssue(loaded: LoadedSettings, from: string): boolean {
  const isStored = sourceOf(loaded, 'checklistIssues') === 'stored';
  return isStored && loaded.stored.checklistIssues.includes(from);
}

/**
 * One checklist issue takes another's place, together with what else is to be stored in the same go;
 * a run on it is asked for.
 * @returns false where that can't be, or the settings name another tracker; then nothing is stored.
 */
export function replaceChecklistIssue(
  from: string,
  to: string,
  trackerUrl: string,
  along: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  return exclusively(async () => {
    const loaded = await loadSettings();
    if (!canReplaceChecklistIssue(loaded, from)) return false;
    if (loaded.settings.trackerUrl !== trackerUrl) return false;
    const { checklistIssues, pausedQueues } = loaded.stored;
    const switched = (keys: readonly string[]) => [
      ...new Set(keys.map((key) => (key === from ? to : key))),
    ];
    const paused = pausedQueues.includes(from) ? { pausedQueues: switched(pausedQueues) } : {};
    return storeChanges({ checklistIssues: switched(checklistIssues), ...paused }, along);
  });
}

/** Does something with the settings that no other page, nor the worker, does at the same time. */
export function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
  return navigator.locks.request('settings', work);
}

/** The token that is stored for good, whichever counts until the browser restarts. */
export const storedLastingToken = stored<Token>('token', tokenSchema, null);

/** The token that holds until the browser restarts; undefined where the saved one counts. */
export const storedTemporaryToken = stored<Token | undefined>(
  'token',
  z.optional(tokenSchema),
  undefined,
  'session',
);

/**
 * The tracker's token that counts, under a key of its own so that nothing else ever carries it
 * along.
 */
export const storedToken = {
  read: async (): Promise<Token> => {
    const temporary = await storedTemporaryToken.read();
    return temporary === undefined ? storedLastingToken.read() : temporary;
  },
};

/** Whether a token was entered for the tracker that the settings name. */
export function isTokenFor(token: Token, { trackerUrl }: Settings): boolean {
  return token !== null && token.origin === new URL(trackerUrl).origin;
}
