import type { BreadcrumbKey, Breadcrumbs, Resource } from '../../../src/breadcrumbs/resource.ts';
import type { Failure } from '../../../src/errors/failure.ts';
import {
  type FailedPlan,
  type Finding,
  type Plan,
  planItem,
  type WorkItem,
} from '../../../src/queue/plan.ts';
import { defaultSettings, type Settings } from '../../../src/settings/schema.ts';
import type { Issue } from '../../../src/tracker/shapes.ts';

/** The fields that the tests' settings name. */
export const field = {
  link: 'link',
  error: 'error',
  course: 'q--course',
  track: 'q--track',
  position: 'q--position',
  sprint: 'q--sprint',
} as const;

export function settingsWith(change: Partial<Settings> = {}): Settings {
  const mapped = (name: string, ignoreErrors = false) => ({ field: name, ignoreErrors });
  return {
    ...defaultSettings,
    linkField: field.link,
    errorField: field.error,
    fieldMapping: {
      'course.name': mapped(field.course),
      'track.id': mapped(field.track),
      'task.position': mapped(field.position),
      'sprint.name': mapped(field.sprint, true),
      'lesson.name': mapped(''),
    },
    ...change,
  };
}

function itemOf(change: Partial<WorkItem> = {}): WorkItem {
  return { queue: 'SUP-1', id: 'a', text: 'SUP-7', issueKey: 'SUP-7', ...change };
}

export function issueOf(fields: Record<string, unknown> = {}): Issue {
  return { key: 'SUP-7', version: 5, ...fields };
}

export function found(breadcrumbs: Breadcrumbs, ...ignored: BreadcrumbKey[]): Finding {
  return { kind: 'breadcrumbs', breadcrumbs, ignored: new Set(ignored) };
}

export function failed(code: Failure['code'], ...details: string[]): Finding {
  return { kind: 'failure', failure: { code, details } };
}

interface Situation {
  readonly item?: Partial<WorkItem>;
  readonly issue?: Issue | null;
  readonly resource?: Resource | null;
  readonly finding: Finding;
  readonly settings?: Partial<Settings>;
  readonly sentence?: (failure: Failure) => string;
}

export function planOf(situation: Situation): Plan {
  const { issue = issueOf(), resource = { type: 'task', id: 't' } } = situation;
  return planItem(
    itemOf(situation.item),
    issue,
    { resource, finding: situation.finding },
    {
      settings: settingsWith(situation.settings),
      sentence: situation.sentence ?? (({ details }) => `Because of ${details.join(', ')}.`),
    },
  );
}

export function failedPlanOf({
  failure,
  ...situation
}: Omit<Situation, 'finding'> & { readonly failure: Failure }): FailedPlan {
  return { ...planOf({ ...situation, finding: { kind: 'failure', failure } }), failure };
}
