import { type CheckName, type Findings, noFindings, withNews } from '../setup/checks.ts';

/** What a page knows once a probe has told more: of the checks that it still awaits from that one. */
export function withAwaited(
  present: Findings,
  theirs: Findings,
  isAwaited: (name: CheckName) => boolean,
): Findings {
  const { fields } = theirs.checks;
  // A list that was asked for and could not be read is not to be the one of another tracker.
  const areFieldsTold = isAwaited('fields') && fields !== undefined && fields.status !== 'pending';
  return withNews(present, {
    checks: pick(theirs.checks, isAwaited),
    fields: areFieldsTold ? theirs.fields : present.fields,
    breadcrumbs: isAwaited('test_link') ? theirs.breadcrumbs : present.breadcrumbs,
    clockAheadMs: theirs.clockAheadMs ?? present.clockAheadMs,
  });
}

/** What a page knows once it says something of checks itself: what they had found was of something else. */
export function withSaid(present: Findings, said: Findings['checks']): Findings {
  return withAwaited(present, { ...noFindings, checks: said }, (name) => said[name] !== undefined);
}

function pick(checks: Findings['checks'], isWanted: (name: CheckName) => boolean) {
  // Object.entries widens a partial record's keys to strings; they are those of the schema.
  const entries = Object.entries(checks) as [CheckName, Findings['checks'][CheckName]][];
  return Object.fromEntries(entries.filter(([name]) => isWanted(name)));
}
