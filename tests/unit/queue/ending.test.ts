import { expect, test } from 'vitest';
import { FailureError } from '../../../src/errors/failure.ts';
import { HostGate } from '../../../src/http/host-gate.ts';
import { Ending } from '../../../src/queue/ending.ts';

function newEnding(isOffline = false): Ending {
  const gate = () => new HostGate();
  return new Ending({
    gates: { tracker: gate(), content: gate() },
    isOffline: () => isOffline,
    isStopped: () => false,
  });
}

const unavailable = new FailureError('content_unavailable', 'reason_server_error');
const nameless = new FailureError('item_names_no_issue', 'Buy milk');
const locked = new FailureError('checklist_issue_locked', 'SUP-1');

test('what leaves nothing to go on with ends a run', () => {
  const ending = newEnding();
  ending.fail(unavailable);
  expect(ending.isOver).toBe(true);
  expect(ending.end).toEqual({ outcome: 'interrupted', failure: unavailable.failure });
});

test('a checklist that can’t be used ends a run, but where there may be others', () => {
  const [alone, oneOfSeveral] = [newEnding(), newEnding()];
  expect(alone.note(locked)).toBeNull();
  expect(alone.end).toMatchObject({ outcome: 'halted', failure: locked.failure });
  expect(oneOfSeveral.noteOfPart(locked)).toEqual(locked.failure);
  expect(oneOfSeveral.isOver).toBe(false);
});

test('without a connection any failure halts but an item’s own', () => {
  const ending = newEnding(true);
  expect(ending.note(nameless)).toEqual(nameless.failure);
  expect(ending.isOver).toBe(false);
  expect(ending.noteOfPart(unavailable)).toBeNull();
  expect(ending.end).toMatchObject({ outcome: 'halted', offline: true });
});
