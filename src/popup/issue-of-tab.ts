import type { Setup } from '../status/setup.ts';
import { issueOfPage } from '../tracker/web.ts';

/**
 * The issue that is to be annotated or put into a checklist where a tab shows it; null where it
 * shows none, or a checklist issue, which has no link and no place in its own list.
 */
export function issueOfTab(
  { trackerUrl, checklistIssues }: Pick<Setup, 'trackerUrl' | 'checklistIssues'>,
  tabUrl: string,
): string | null {
  const key = issueOfPage(trackerUrl, tabUrl);
  return key === null || checklistIssues.includes(key) ? null : key;
}
