import browser from 'webextension-polyfill';
import * as z from 'zod/mini';
import { storedRequests } from '../status/status.ts';
import { stored } from '../storage/stored.ts';
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
}

const envelopeSchema = z.object({ version: z.int().check(z.gte(1)), values: z.unknown() });
const settingsKey = 'settings';

/** Reads the settings. Values of a newer version count as repaired, all of them. */
export async function loadSettings(): Promise<LoadedSettings> {
  return parseStoredSettings((await browser.storage.local.get(settingsKey))[settingsKey]);
}

function parseStoredSettings(value: unknown): LoadedSettings {
  if (value === undefined) return { settings: defaultSettings, repaired: [] };
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success || envelope.data.version > currentVersion) {
    return { settings: defaultSettings, repaired: settingNames };
  }
  return repairSettings(migrate(envelope.data.values, envelope.data.version));
}

/**
 * Stores settings that were checked with `problemsOf`, with a token where one is given, and asks for
 * a run with them: all in one go, so that no death in between leaves one without the others.
 */
export async function saveSettings(settings: Settings, token?: Token): Promise<void> {
  await browser.storage.local.set({
    [settingsKey]: { version: currentVersion, values: settings },
    ...(token === undefined ? {} : { [storedToken.key]: token }),
    ...(settings.schedulePaused ? {} : { [storedRequests.process.key]: 'settings' }),
  });
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

const tokenSchema = z.nullable(
  z.object({
    value: z.string().check(z.regex(tokenPattern)),
    /** The tracker's origin that it was entered for; it is sent to no other. */
    origin: z.string(),
  }),
);

export type Token = z.infer<typeof tokenSchema>;

/** The tracker's token, under a key of its own so that nothing else ever carries it along. */
export const storedToken = stored<Token>('token', tokenSchema, null);

/** Whether a token was entered for the tracker that the settings name. */
export function isTokenFor(token: Token, { trackerUrl }: Settings): boolean {
  return token !== null && token.origin === new URL(trackerUrl).origin;
}
