import { issueWebUrl } from '../tracker/web.ts';

/** An issue's key, leading to the issue in the tracker. */
export function IssueLink({ trackerUrl, issueKey }: { trackerUrl: string; issueKey: string }) {
  return (
    <a href={issueWebUrl(trackerUrl, issueKey)} target="_blank" rel="noreferrer">
      {issueKey}
    </a>
  );
}
