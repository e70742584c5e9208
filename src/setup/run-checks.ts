import { pending } from './checks.ts';
import { checkContent } from './content-checks.ts';
import { type CheckContext, said, stopwatch } from './finding.ts';
import { checkTracker } from './tracker-checks.ts';

/** Makes the wanted checks, side by side. Writes nothing anywhere. */
export async function runChecks(context: CheckContext): Promise<void> {
  const { wanted, tell } = context;
  tell({ checks: Object.fromEntries([...wanted].map((name) => [name, pending])) });
  await Promise.all([checkTracker(context), checkContent(context), checkSchedules(context)]);
}

async function checkSchedules({ wanted, schedules, tell }: CheckContext): Promise<void> {
  if (!wanted.has('schedules')) return;
  const timed = stopwatch();
  const state = await schedules();
  const status = state === 'armed' ? 'good' : state === 'paused' ? 'untold' : 'bad';
  tell({ checks: { schedules: timed(said(status, state)) } });
}
