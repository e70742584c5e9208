import type { Json, World } from '../../simulator/index.ts';
import { fieldsOf } from '../../simulator/places.ts';

/**
 * What the tracker has to look like, told without a word about how it comes to that: the reference
 * that the extension is held to.
 */

/** What an issue's link means: a task of this id, or a reason why there is none. */
export type Link =
  | { readonly task: string }
  | { readonly code: 'link_not_set' | 'link_not_recognised' | 'resource_not_found' };

export interface ModelIssue {
  readonly link: Link;
  /** The code of the error in its error field. */
  readonly error: string | null;
  readonly fields: Readonly<Record<string, Json>>;
}

export interface ModelItem {
  readonly text: string;
  readonly checked: boolean;
  /** Its deadline is the deferral date. */
  readonly isFar: boolean;
}

export class Model {
  readonly issues = new Map<string, ModelIssue>();
  readonly items = new Map<string, ModelItem>();
  isSignedIn = true;
  /** Runs with trouble since the last one without: items that fail often are given up, rightly. */
  troubles = 0;

  /** Whether dealing with an item takes the content API, and so the login. */
  needsLogin({ text }: ModelItem): boolean {
    const link = this.issues.get(text)?.link;
    return link !== undefined && ('task' in link || link.code === 'resource_not_found');
  }

  open(): [string, ModelItem][] {
    return [...this.items].filter(([, { checked }]) => !checked);
  }

  /** What becomes of an issue when an item that names it is dealt with. */
  annotated(issue: ModelIssue, world: World): ModelIssue {
    const { link, fields } = issue;
    if ('code' in link) return { ...issue, error: link.code };
    const task = world.findResource('task', link.task);
    if (task === undefined) throw new Error(`no task ${link.task}`);
    return { link, error: null, fields: { ...fields, ...fieldsOf(task) } };
  }

  /** What becomes of an item when it is dealt with. */
  dealtWith(item: ModelItem): ModelItem {
    const issue = this.issues.get(item.text);
    return { ...item, checked: true, isFar: issue === undefined || 'code' in issue.link };
  }

  /** What a recheck makes of an item. */
  rechecked(item: ModelItem): ModelItem {
    const issue = this.issues.get(item.text);
    const comesBack = item.checked && item.isFar && issue?.error === null;
    return comesBack ? { ...item, checked: false } : item;
  }
}
