/** The version that this code writes and understands. */
export const currentVersion = 1;

/** `migrations[n]` makes values of version n + 1 from those of version n; the first is of version 1. */
const migrations: readonly ((values: unknown) => unknown)[] = [];

/** Values brought from the version they were stored in to {@link currentVersion}. */
export function migrate(values: unknown, fromVersion: number): unknown {
  return migrations.slice(fromVersion - 1).reduce((older, step) => step(older), values);
}
