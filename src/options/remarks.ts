import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { mendableProblems } from '../settings/layers.ts';
import { problemsOf, type SettingName, type Settings } from '../settings/schema.ts';
import type { LoadedSettings } from '../settings/store.ts';
import { type Draft, draftOf, type TextName, valuesOf } from './draft.ts';
import { tidy } from './tidy.ts';

type Input = SettingName | 'token';

/**
 * Makes what is said beside a page's inputs: what is wrong with them, once it is time to say so, and
 * what was put right.
 * @param base what the inputs were filled from.
 * @param edit puts another text in the place of what was typed.
 */
export function createRemarks(
  base: ReadonlySignal<LoadedSettings>,
  draft: ReadonlySignal<Draft>,
  edit: (name: TextName, text: string) => void,
) {
  /** Inputs that were left, or that Save found wrong: those whose problems are shown. */
  const visited = signal<ReadonlySet<Input>>(new Set());
  const notes = signal<Partial<Record<Input, readonly string[]>>>({});
  const problems = computed(() => problemsIn(valuesOf(draft.value)));
  /** What is wrong with what is in force. */
  const standing = computed(() => problemsIn(base.value.settings));

  function problemsIn(values: Readonly<Record<keyof Settings, unknown>>) {
    const found = mendableProblems(problemsOf(values, Date.now()), base.value);
    return new Map(found.map(({ name, problem }) => [name, problem]));
  }

  /** What is to be said of an input: nobody is still typing what is in force. */
  function problemAt(name: SettingName): string | undefined {
    const problem = problems.value.get(name);
    const isStanding = standing.value.get(name) === problem;
    return isStanding || visited.value.has(name) ? problem : undefined;
  }

  function visit(...names: readonly Input[]): void {
    visited.value = new Set([...visited.peek(), ...names]);
  }

  function note(name: Input, ids: readonly string[]): void {
    notes.value = { ...notes.peek(), [name]: ids };
  }

  /** Takes back what was said of the others. */
  function keepNotes(isKept: (name: string) => boolean): void {
    const kept = Object.entries(notes.peek()).filter(([name]) => isKept(name));
    notes.value = Object.fromEntries(kept);
  }

  /** Puts right what was typed, says so, and shows what is wrong from now on. */
  function leave(name: TextName): void {
    visit(name);
    const typed = draft.peek()[name];
    // Nobody has typed what is in force: it is not for the page to put it right.
    if (typed === draftOf(base.peek().settings)[name]) return;
    const tidied = tidy(name, typed);
    batch(() => {
      if (tidied.text !== typed) edit(name, tidied.text);
      if (tidied.notes.length > 0) note(name, tidied.notes);
    });
  }

  return { visited, notes, problems, problemAt, visit, note, keepNotes, leave };
}
