import type { Failure } from '../errors/failure.ts';
import { moveQueue } from '../queue/move.ts';
import { failureOf, type RunContext, type RunEnd } from '../queue/run-context.ts';
import {
  canReplaceChecklistIssue,
  loadSettings,
  replaceChecklistIssue,
} from '../settings/store.ts';
import { type Move, storedMoves, storedQueues } from '../status/status.ts';
import type { WorkOf } from '../status/task-work.ts';
import { words } from '../words/words.ts';
import { queueStatus } from './queue-status.ts';
import type { RunJournal } from './run-journal.ts';
import { memoriesToStore } from './worker-store.ts';

/** Moves a queue, or goes on with a move that was begun, by an earlier worker or a run long ago. */
export async function performMove(
  context: RunContext,
  journal: RunJournal,
  { checklistIssue: from }: WorkOf<'move_checklist'>,
): Promise<RunEnd> {
  const { settings, memory } = context;
  if (!settings.checklistIssues.includes(from)) {
    // A worker that died right after the switch has left nothing else to do.
    memory.keepOnly(from, new Set());
    return { outcome: 'completed' };
  }
  const before = (await storedMoves.read()).find((one) => one.from === from);
  let move: Move = { ...(before ?? newMove(from)), failure: null };
  const save = async (change: Partial<Move>) => {
    move = { ...move, ...change };
    await storedMoves.write([...(await movesOfOthers(from)), move]);
  };
  await save({});
  journal.moving(from, move.target);
  if (!canReplaceChecklistIssue(await loadSettings(), from)) {
    // Found out now rather than with all items copied and nowhere to name the fresh issue.
    const failure: Failure = { code: 'checklist_issue_not_replaceable', details: [from] };
    await save({ failure });
    return { outcome: 'interrupted', failure };
  }
  const end = await moveQueue({
    ...context,
    move,
    isLaterTry: before !== undefined,
    texts: {
      summary: words('fresh_issue_summary', from),
      description: words('fresh_issue_description', from, move.id),
    },
    journal: {
      created: async (target) => {
        journal.moving(from, target);
        await save({ target });
      },
      abandoned: () => save(newMove(from)),
      progress: (moved, total) => journal.moved(moved, total),
      switchTo: async (target, report) => {
        const at = Date.now();
        const status = queueStatus(report, null, journal.run.cause, at);
        const queues = await storedQueues.read();
        // In one go: no death leaves the settings switched and what is known of the items behind.
        return replaceChecklistIssue(from, target, settings.trackerUrl, {
          ...memoriesToStore(memory),
          [storedMoves.key]: await movesOfOthers(from),
          [storedQueues.key]: queues.map((one) =>
            // What the old one could not be told any more is told the fresh one.
            one.checklistIssue === from
              ? {
                  ...status,
                  isSummaryDue: status.isSummaryDue || one.isSummaryDue,
                  continues: { from, at },
                }
              : one,
          ),
        });
      },
    },
  });
  const failure = failureOf(end);
  if (failure !== null) await save({ failure });
  return end;
}

function newMove(from: string): Move {
  return { from, id: crypto.randomUUID(), target: null, failure: null };
}

async function movesOfOthers(from: string): Promise<Move[]> {
  return (await storedMoves.read()).filter((one) => one.from !== from);
}
