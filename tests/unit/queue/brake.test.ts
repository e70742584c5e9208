import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ItemCode, itemCodes } from '../../../src/errors/codes.ts';
import {
  Brake,
  type Doubted,
  failuresThatHalt,
  type HeldFailure,
  heldFailure,
  proven,
} from '../../../src/queue/brake.ts';
import { ItemMemoryBook } from '../../../src/queue/item-memory.ts';
import { failedPlanOf, issueOf } from './plans.ts';

interface Case {
  readonly code?: ItemCode;
  /** The issue's number; null where no issue could be read. */
  readonly issue?: number | null;
  readonly named?: number;
  readonly resource?: number;
  readonly at?: number;
}

function planFor({
  code = 'resource_not_found',
  issue = 1,
  named = issue ?? 1,
  resource = 1,
}: Case) {
  return failedPlanOf({
    item: { id: `item${named}`, text: `SUP-${named}`, issueKey: `SUP-${named}` },
    issue: issue === null ? null : { ...issueOf(), key: `SUP-${issue}` },
    resource: { type: 'task', id: `t${resource}` },
    failure: { code, details: [] },
  });
}

function held(one: Case): HeldFailure {
  const failure = heldFailure(planFor(one), one.at ?? 1, false);
  if (failure === null) throw new Error('not one to hold back');
  return failure;
}

function brakeOn(...cases: Case[]): Brake {
  const brake = new Brake(new ItemMemoryBook([]));
  for (const one of cases) brake.hold(planFor(one), one.at ?? 1);
  return brake;
}

describe('a failure', () => {
  test.each<[code: ItemCode, issue: number | null, doubted: Doubted | null]>([
    ['resource_not_found', 1, 'content'],
    ['resource_forbidden', 1, 'content'],
    ['resource_errors', 1, 'content'],
    ['resource_invalid', 1, 'content'],
    ['issue_not_found', null, 'issue_reads'],
    ['issue_forbidden', null, 'issue_reads'],
    ['issue_forbidden', 1, 'issue_writes'],
    ['field_rejected', 1, 'issue_writes'],
    ['item_names_no_issue', null, null],
    ['link_not_set', 1, null],
    ['link_not_recognised', 1, null],
    ['issue_locked', 1, null],
    ['gave_up', 1, null],
  ])('%s (issue %s) casts doubt on %s', (code, issue, doubted) => {
    expect(heldFailure(planFor({ code, issue }), 5, false)?.doubted ?? null).toBe(doubted);
  });

  test('of each code is either held or not: none was forgotten above', () => {
    const suspect = itemCodes.filter((code) => heldFailure(planFor({ code }), 1, false) !== null);
    expect(suspect).toEqual([
      'issue_not_found',
      'issue_forbidden',
      'resource_not_found',
      'resource_forbidden',
      'resource_errors',
      'resource_invalid',
      'field_rejected',
    ]);
  });
});

describe('different failures', () => {
  const range = Array.from({ length: 12 }, (_, n) => n);

  test.each<[about: string, cases: Case[], different: number]>([
    ['none', [], 0],
    ['issues and resources of their own', range.map((n) => ({ issue: n, resource: n })), 12],
    ['issues about one deleted lesson', range.map((n) => ({ issue: n, resource: 1 })), 1],
    ['items about one issue', range.map((n) => ({ issue: 1, resource: n })), 1],
    [
      'issues that reject a field, whatever their resource',
      range.map((n) => ({ code: 'field_rejected', issue: n, resource: 1 })),
      12,
    ],
    [
      'issues that are not there',
      range.map((n) => ({ code: 'issue_not_found', issue: null, named: n })),
      12,
    ],
    [
      'one issue that is not there, named by several items',
      range.map(() => ({ code: 'issue_not_found', issue: null, named: 3 })),
      1,
    ],
    [
      'two codes',
      [
        ...range.map((n): Case => ({ code: 'field_rejected', issue: n })),
        ...range.map((n): Case => ({ issue: n + 100, resource: n })),
      ],
      24,
    ],
    [
      'an issue whose link was changed in between',
      [
        { issue: 1, resource: 1 },
        { issue: 1, resource: 2 },
        { issue: 2, resource: 2 },
      ],
      2,
    ],
  ])('%s', (_about, cases, different) => {
    expect(brakeOn(...cases).different).toBe(different);
  });

  test('are ten until the run halts', () => {
    expect(failuresThatHalt).toBe(10);
    const cases = range.map((n) => ({ issue: n, resource: n }));
    expect(brakeOn(...cases.slice(0, 9)).isDue).toBe(false);
    expect(brakeOn(...cases.slice(0, 10)).isDue).toBe(true);
  });

  test('are told without a look at those that waited before', () => {
    const brake = brakeOn();
    let looks = 0;
    const looksByFailure = range.map((n) => {
      const before = looks;
      const plan = planFor({ issue: n });
      const looked = {
        ...plan,
        get resource() {
          looks += 1;
          return plan.resource;
        },
      };
      brake.hold(looked, n);
      expect([brake.isDue, brake.different, brake.codes]).toEqual([
        false,
        1,
        ['resource_not_found'],
      ]);
      return looks - before;
    });
    expect(new Set(looksByFailure).size).toBe(1);
  });
});

describe('a proof that the world is whole', () => {
  const none = { content: 0, issue_reads: 0, issue_writes: 0 };
  const waiting = [
    held({ code: 'resource_errors', at: 3 }),
    held({ code: 'field_rejected', at: 3 }),
    held({ code: 'issue_not_found', issue: null, at: 3 }),
    held({ code: 'resource_invalid', at: 7 }),
  ];

  test.each<[provenAt: Partial<Record<Doubted, number>>, released: number[]]>([
    [{}, []],
    [{ content: 2 }, []],
    [{ content: 3 }, []],
    [{ content: 4 }, [0]],
    [{ content: 8 }, [0, 3]],
    [{ issue_writes: 8 }, [1]],
    [{ issue_reads: 8 }, [2]],
    [{ content: 8, issue_reads: 8, issue_writes: 8 }, [0, 1, 2, 3]],
  ])('of %j releases what failed before it', (provenAt, at) => {
    const { released, stillHeld } = proven(waiting, { ...none, ...provenAt });
    expect(released).toEqual(at.map((n) => waiting[n]));
    expect(stillHeld).toEqual(waiting.filter((_, n) => !at.includes(n)));
  });

  test('that is no news has nothing looked at again', () => {
    const brake = brakeOn({ at: 3 }, { code: 'field_rejected', at: 5 });
    const provenAt = { ...none, content: 4 };
    expect(brake.releaseProven(provenAt).length).toBe(1);
    const { held } = brake;
    brake.hold(planFor({}), 6);
    expect(brake.releaseProven(provenAt)).toEqual([]);
    expect(brake.held).toBe(held);
  });

  test('leaves the others counted as if they had been the only ones', () => {
    const number = fc.nat(4);
    const failure = fc.record({
      code: fc.constantFrom<ItemCode>('resource_errors', 'resource_invalid', 'field_rejected'),
      issue: number,
      resource: number,
    });
    /** How many ticks ago a request was sent that is answered now. */
    const proof = fc.record({ content: fc.nat(4), issue_writes: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(fc.oneof(failure, proof), { maxLength: 30 }), (steps) => {
        const brake = brakeOn();
        const left: Case[] = [];
        for (const [at, step] of steps.entries()) {
          if ('code' in step) {
            brake.hold(planFor(step), at);
            left.push({ ...step, at });
            continue;
          }
          const [content, issue_writes] = [at - step.content, at - step.issue_writes];
          const isLeft = ({ code, at: failedAt = 0 }: Case) =>
            failedAt >= (code === 'field_rejected' ? issue_writes : content);
          left.splice(0, left.length, ...left.filter(isLeft));
          brake.releaseProven({ ...none, content, issue_writes });
        }
        const anew = brakeOn(...left);
        expect(brake.held).toEqual(anew.held);
        expect([brake.different, brake.codes]).toEqual([anew.different, anew.codes]);
        expect(brake.releaseAll()).toEqual(anew.held);
        expect([brake.held, brake.different, brake.codes]).toEqual([[], 0, []]);
      }),
    );
  });
});
