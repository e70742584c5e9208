import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import {
  type ImportedFile,
  type ImportRow,
  largestFile,
  planImport,
  rowName,
  withoutRows,
} from '../settings/import.ts';
import { without } from '../settings/layers.ts';
import type { SettingName, Settings } from '../settings/schema.ts';
import type { LoadedSettings, Token } from '../settings/store.ts';
import { hostPatterns } from './hosts.ts';

/**
 * Makes the state of an import into the settings that are stored: the files that were chosen, and what
 * they would change.
 * @param token as stored, like the settings: one that holds until the restart is not compared.
 * @param assumed what the files are taken to say where they say nothing of it.
 */
export function createChosenFiles(
  base: ReadonlySignal<LoadedSettings>,
  token: ReadonlySignal<Token>,
  assumed: Partial<Settings>,
) {
  const files = signal<readonly ImportedFile[]>([]);
  /** Names of the rows that are not to be imported. */
  const leftOut = signal<ReadonlySet<string>>(new Set());
  /** Of the files that were chosen last: a bigger one chosen before may take longer. */
  let lastReading: Promise<unknown> | null = null;
  const importBase = computed(() => {
    const { stored, managed } = base.value;
    return { settings: stored, token: token.value, managed, assumed };
  });
  const wholePlan = computed(() =>
    files.value.length === 0 ? null : planImport(files.value, importBase.value, Date.now()),
  );
  /** What the files would change in what is stored now; null where none are chosen. */
  const plan = computed(() =>
    wholePlan.value === null
      ? null
      : withoutRows(wholePlan.value, leftOut.value, importBase.value, Date.now()),
  );
  /** What is to be taken over of the plan. */
  const taken = computed(
    () => plan.value?.rows.filter((row) => !leftOut.value.has(rowName(row))) ?? [],
  );
  /** The settings in force after the import: what holds until the restart goes on where it is not taken. */
  const planned = computed(() => {
    if (plan.value === null) return null;
    const { temporary, managed } = base.value;
    const isTaken = (name: SettingName) => taken.value.some(({ setting }) => setting === name);
    return { ...plan.value.settings, ...without(temporary, isTaken), ...managed };
  });
  const hosts = computed(() =>
    planned.value === null ? [] : hostPatterns(planned.value.trackerUrl, planned.value.contentUrl),
  );
  function take(row: ImportRow, isTaken: boolean): void {
    const others = [...leftOut.peek()].filter((name) => name !== rowName(row));
    leftOut.value = new Set(isTaken ? others : [...others, rowName(row)]);
  }

  /** Reads files and takes them in place of those before, unless others are chosen meanwhile. */
  async function choose(chosen: Iterable<File>): Promise<void> {
    const reading = Promise.all(
      [...chosen].map(async (file) => ({
        name: file.name,
        text: file.size > largestFile ? null : await file.text(),
      })),
    );
    lastReading = reading;
    const isLast = () => lastReading === reading;
    const read = await reading.catch((error: unknown) => {
      if (isLast()) throw error;
      // That nobody wants any more can't be read: nothing to tell.
      return [];
    });
    if (!isLast()) return;
    // At once: what was left out of the files before is not taken of them while these are read.
    batch(() => {
      files.value = read;
      leftOut.value = new Set();
    });
  }

  return {
    plan,
    planned,
    hosts,
    taken,
    take,
    isTaken: (row: ImportRow) => !leftOut.value.has(rowName(row)),
    choose,
    files,
    drop: () => {
      files.value = [];
    },
  };
}
