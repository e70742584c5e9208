import { type PreviewScope, previewScopeSchema } from '../status/task-work.ts';

/**
 * What the page is to show, by the part of its address after `#`: `queue` for all, `queue=KEY`,
 * `issue=KEY`, `link=URL`, `items=QUEUE/ID,QUEUE/ID`, `undo-run=ID`, `undo-items=ID,ID`. Null where
 * it names nothing of that kind.
 */
export function scopeOf(hash: string): PreviewScope | null {
  const text = hash.replace(/^#/, '');
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? '' : decoded(text.slice(at + 1));
  return previewScopeSchema.safeParse(asked(name, value)).data ?? null;
}

function asked(name: string, value: string): unknown {
  const parts = value.split(',').filter((part) => part !== '');
  switch (name) {
    case '':
      return { type: 'all' };
    case 'queue':
      return value === '' ? { type: 'all' } : { type: 'queue', checklistIssue: value };
    case 'items': {
      const items = parts.map((part) => {
        const slash = part.indexOf('/');
        return { queue: part.slice(0, slash), itemId: part.slice(slash + 1) };
      });
      return items.length === 0 ? null : { type: 'items', items };
    }
    case 'issue':
      return { type: 'issue', issueKey: value };
    case 'link':
      return value === '' ? null : { type: 'link', link: value };
    case 'undo-run':
      return value === '' ? null : { type: 'undo_run', runId: value };
    case 'undo-items':
      return parts.length === 0 ? null : { type: 'undo_items', ids: parts.map(Number) };
    default:
      return null;
  }
}

/** Addresses come from links of ours and from people's hands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether it is about taking back. */
export function isUndo({ type }: PreviewScope): boolean {
  return type === 'undo_run' || type === 'undo_items';
}
