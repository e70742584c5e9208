import browser from 'webextension-polyfill';
import * as z from 'zod/mini';
import { storedRequests } from '../status/status.ts';
import { readKey, store, stored } from '../storage/stored.ts';
import { currentVersion, migrate } from './migrations.ts';
import {
  defaultSettings,
  repairSettings,
  type SettingName,
  type Settings,
  settingNames,
  tokenPattern,
} from './schema.ts';

/** The settings in force, and what had to be put right to have any. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** Stored values that did not parse and stand at their defaults until somebody saves. */
  readonly repaired: readonly SettingName[];
  /** A newer version of this extension has stored them; the defaults stand in for them. */
  readonly isNewer: boolean;
}

const envelopeSchema = z.object({ version: z.int().check(z.gte(1)), values: z.unknown() });
const membersSchema = z.record(z.string(), z.unknown());
const settingsKey = 'settings';

/** Reads the settings. Values of a newer version count as repaired, all of them. */
export async function loadSettings(): Promise<LoadedSettings> {
  return parseStoredSettings(await readKey(settingsKey));
}

function parseStoredSettings(value: unknown): LoadedSettings {
  if (value === undefined) return { settings: defaultSettings, repaired: [], isNewer: false };
  const envelope = envelopeSchema.safeParse(value);
  const isNewer = envelope.success && envelope.data.version > currentVersion;
  if (!envelope.success || isNewer) {
    return { settings: defaultSettings, repaired: settingNames, isNewer };
  }
  return { ...repairSettings(migrate(envelope.data.values, envelope.data.version)), isNewer };
}

/**
 * Stores settings that were checked with `problemsOf`, with a token where one is given, and asks for
 * a run with them: all in one go, so that no death in between leaves one without the others.
 */
export function saveSettings(settings: Settings, token?: Token): Promise<void> {
  return storeValues(settings, token === undefined ? {} : { [storedToken.key]: token });
}

function storeValues(
  values: Readonly<Record<string, unknown>>,
  others: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  return store({
    [settingsKey]: { version: currentVersion, values },
    ...(values.schedulePaused === true ? {} : { [storedRequests.process.key]: 'settings' }),
    ...others,
  });
}

/**
 * Changes one setting and leaves the others as they are stored, even where they can't be read: no
 * default is to take the place of what a person had set.
 * @returns false where what is stored is none of this version's settings; then nothing is changed.
 */
export function changeSetting<Name extends SettingName>(
  name: Name,
  value: Settings[Name],
): Promise<boolean> {
  return exclusively(async () => {
    const envelope = envelopeSchema.safeParse(await readKey(settingsKey));
    if (!envelope.success || envelope.data.version > currentVersion) return false;
    const values = membersSchema.safeParse(migrate(envelope.data.values, envelope.data.version));
    if (!values.success) return false;
    await storeValues({ ...values.data, [name]: value });
    return true;
  });
}

/**
 * One checklist issue takes another's place, together with what else is to be stored in the same go;
 * a run on it is asked for.
 * @returns false where the settings no longer name the old one, or another tracker; then nothing is
 * stored.
 */
export function replaceChecklistIssue(
  from: string,
  to: string,
  trackerUrl: string,
  along: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  return exclusively(async () => {
    const { settings, repaired, isNewer } = await loadSettings();
    const isNamed = settings.checklistIssues.includes(from) && settings.trackerUrl === trackerUrl;
    if (!isNamed || isNewer || repaired.length > 0) return false;
    const keys = settings.checklistIssues.map((key) => (key === from ? to : key));
    const values = { ...settings, checklistIssues: [...new Set(keys)] };
    await store({
      ...along,
      [settingsKey]: { version: currentVersion, values },
      ...(settings.schedulePaused ? {} : { [storedRequests.process.key]: 'settings' }),
    });
    return true;
  });
}

/** Does something with the settings that no other page, nor the worker, does at the same time. */
export function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
  return navigator.locks.request('breadcrumbs-settings', work);
}

/** Calls back with the settings after each change of what is stored. */
export function watchSettings(onChange: (loaded: LoadedSettings) => void): () => void {
  const listener = (changes: Record<string, { newValue?: unknown }>, area: string) => {
    const change = changes[settingsKey];
    if (area === 'local' && change !== undefined) onChange(parseStoredSettings(change.newValue));
  };
  browser.storage.onChanged.addListener(listener);
  return () => browser.storage.onChanged.removeListener(listener);
}

/** A token, or none. */
export const tokenSchema = z.nullable(
  z.object({
    value: z.string().check(z.regex(tokenPattern)),
    /** The tracker's origin that it was entered for; it is sent to no other. */
    origin: z.string().check(z.refine((text) => URL.parse(text)?.origin === text)),
  }),
);

export type Token = z.infer<typeof tokenSchema>;

/** The tracker's token, under a key of its own so that nothing else ever carries it along. */
export const storedToken = stored<Token>('token', tokenSchema, null);

/** Whether a token was entered for the tracker that the settings name. */
export function isTokenFor(token: Token, { trackerUrl }: Settings): boolean {
  return token !== null && token.origin === new URL(trackerUrl).origin;
}
