import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Candidate, storedCandidate, storedFindings } from '../messages/probe.ts';
import { send } from '../messages/send.ts';
import {
  type CheckName,
  type Finding,
  type Findings,
  noFindings,
  pending,
  withNews,
} from '../setup/checks.ts';
import { forget, watchStored } from '../storage/stored.ts';
import { withAwaited, withSaid } from './awaited.ts';

/** A pause in typing that is long enough to look at what was typed. */
const pauseMs = 400;

/**
 * Does something once what it depends on has stood still for a moment; nothing while that is null.
 * @returns what ends that.
 */
export function onceSettled(key: ReadonlySignal<string | null>, work: () => void): () => void {
  return effect(() => {
    if (key.value === null) return;
    const timer = setTimeout(work, pauseMs);
    return () => clearTimeout(timer);
  });
}

/** Settings tried out by the worker, and what it has found so far. */
export interface Probing {
  readonly findings: ReadonlySignal<Findings>;
  /**
   * Has checks made. A later probe takes the place of an earlier one that is under way, check by
   * check. Resolves when they have ended, however they ended.
   * @param said what the page itself says of other checks.
   */
  readonly probe: (candidate: Candidate, said?: Findings['checks']) => Promise<void>;
}

const unanswered: Finding = {
  ...pending,
  status: 'untold',
  says: { id: 'no_answer', details: [] },
};

/** What a page knows of the probes that it has asked for. */
export function createProbing(): Probing {
  const findings = signal<Findings>(noFindings);
  /** From which probe a check's finding is to come. */
  const awaited = new Map<CheckName, string>();

  function take(id: string, theirs: Findings | undefined): void {
    if (theirs === undefined) return;
    findings.value = withAwaited(findings.peek(), theirs, (name) => awaited.get(name) === id);
  }

  watchStored(storedFindings, (all) => {
    for (const id of new Set(awaited.values())) take(id, all[id]);
  });

  async function probe(candidate: Candidate, said: Findings['checks'] = {}): Promise<void> {
    const id = crypto.randomUUID();
    const { checks } = candidate;
    for (const name of [...checks, ...namesIn(said)]) awaited.set(name, id);
    const asked = withNews(findings.peek(), { checks: all(checks, pending) });
    findings.value = withSaid(asked, said);
    const place = storedCandidate(id);
    const takeAway = () => forget(place.key);
    let isAnswered = false;
    // A page that is closed may not have come to send its message: nobody would take the token away.
    addEventListener('pagehide', takeAway);
    try {
      try {
        await place.write(candidate);
        isAnswered = (await send({ type: 'probe', id })).ok;
      } finally {
        removeEventListener('pagehide', takeAway);
        // The worker takes it away; one that died before that has not.
        await takeAway();
      }
      take(id, (await storedFindings.read())[id]);
    } catch {
      // Said at each check that is still waited for.
      isAnswered = false;
    }
    if (isAnswered) return;
    const left = checks.filter(
      (name) => awaited.get(name) === id && findings.peek().checks[name]?.status === 'pending',
    );
    findings.value = withSaid(findings.peek(), all(left, unanswered));
  }

  return { findings, probe };
}

function all(names: readonly CheckName[], finding: Finding): Findings['checks'] {
  return Object.fromEntries(names.map((name) => [name, finding]));
}

function namesIn(checks: Findings['checks']): CheckName[] {
  // Object.keys widens a partial record's keys to strings; they are those of the schema.
  return Object.keys(checks) as CheckName[];
}
