import type { Planned } from '../../../src/plans/entries.ts';

/** A plan that a preview has found. */
export function planned(name: string, verdict: Planned['verdict']): Planned {
  return {
    name,
    revision: 1,
    position: Number(name),
    queue: 'SUP-1',
    itemId: name,
    text: name,
    issueKey: null,
    resource: null,
    breadcrumbs: {},
    verdict,
    itemAction: 'check',
    changes: [],
    untouched: [],
    failure: null,
    became: null,
    touchedBy: null,
  };
}
