/** Where sources about the tracker differ, or where it can be set up: which way this one is. */
export interface TrackerRules {
  token: string;
  /** The accepted schemes of the Authorization header. */
  schemes: readonly ('OAuth' | 'Bearer')[];
  /** The header that every request must carry, if any. */
  organisation: { header: 'X-Org-ID' | 'X-Cloud-Org-ID'; id: string } | null;
  /** Whether `fields` narrows answers. */
  honourFields: boolean;
  /** The answer to `?version=` with another version than the issue's. */
  conflictStatus: 409 | 412;
  /** The answer to unknown fields and to values of the wrong type. */
  fieldErrorStatus: 422 | 400;
  /** The most issues on a page of a search. */
  maxPerPage: number;
  /** The most keys in a search. */
  maxKeys: number;
  /** The answer to more than that. */
  tooMuchStatus: 400 | 413;
  /** How long ago the state is that searches and counts see. */
  searchLagMs: number;
  /** Whether a search by an old key finds a moved issue. */
  searchFindsMoved: boolean;
  /** Whether a checklist of one item is answered as that item instead of an array. */
  loneItemAsObject: boolean;
  /** Whether an item PATCH without a text is rejected, and with which status. */
  itemPatchNeedsText: false | 400 | 422;
  /** The answer to a new item. */
  itemPostStatus: 200 | 201;
  /** The answer to a deleted item or list. */
  deleteStatus: 200 | 204;
  /** How `checklistDone` is written. */
  checklistDoneAs: 'string' | 'number';
  /** Issues past this version can't be edited. */
  versionLimit: number;
}

/** How the content API behaves as a whole. */
export interface ContentRules {
  requireLogin: boolean;
  /** What it answers those who are not signed in. */
  signedOut: '401' | 'redirect' | 'html' | '403';
  /** What it answers about any resource. */
  mood: 'normal' | 'all-missing' | 'all-forbidden' | 'all-errors' | 'another-shape';
  /** Whether a task's own object has `lesson_id`. */
  tasksNameLesson: boolean;
  /** Whether ids of digits only are written as numbers. */
  numericIds: boolean;
  /** A member that no answer has any more. */
  vanished: string | null;
}

/** How the tracker is unless something else is said. */
export const defaultTrackerRules: TrackerRules = {
  token: 'y0_simulated-token-of-the-robot',
  schemes: ['OAuth', 'Bearer'],
  organisation: null,
  honourFields: true,
  conflictStatus: 409,
  fieldErrorStatus: 422,
  maxPerPage: 500,
  maxKeys: 500,
  tooMuchStatus: 400,
  searchLagMs: 0,
  searchFindsMoved: false,
  loneItemAsObject: false,
  itemPatchNeedsText: false,
  itemPostStatus: 201,
  deleteStatus: 200,
  checklistDoneAs: 'string',
  versionLimit: 10_100,
};

/** How the content API is unless something else is said. */
export const defaultContentRules: ContentRules = {
  requireLogin: true,
  signedOut: '401',
  mood: 'normal',
  tasksNameLesson: false,
  numericIds: false,
  vanished: null,
};
