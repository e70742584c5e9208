import type { ApiRequest, Reply } from './exchange.ts';
import { emptyReply, escapeHtml, htmlReply } from './exchange.ts';
import type { ChecklistItem, HistoryEntry, Issue } from './issues.ts';
import type { Json } from './json.ts';
import { deferralDate, errorField, linkField, mappedFields } from './standard-world.ts';
import { parseTrackerDate } from './tracker-dates.ts';
import { webFaceScript, webFaceStyle } from './web-face-assets.ts';
import type { World } from './world.ts';

/** How many items or changes a page shows at most: it is there to be looked at. */
const shownAtMost = 300;

/** Whether a request is a page's asking for news, made every second. */
export function isLiveUpdate(path: string): boolean {
  return /^\/(?:[A-Z]+-\d+\/)?live$/.test(path);
}

/**
 * Answers a request to the tracker's pages for people: what there is at `/`, an issue with its
 * checklist at `/KEY-1`. The cookie that comes with each page is bait: no request to the API may
 * ever carry it.
 */
export function answerWebFace(world: World, request: ApiRequest): Reply {
  const bait = { 'set-cookie': 'tracker_session=bait; Path=/; HttpOnly; SameSite=Lax' };
  const page = (status: number, title: string, live: string, below = ''): Reply =>
    htmlReply(status, document(title, live, below), bait);
  const { method, path } = request;
  const [, key, rest] = /^\/(?:([A-Z]+-\d+)\/?)?(live)?$/.exec(path) ?? [];
  const issue = key === undefined ? undefined : world.findIssue(key);
  const isHome = path === '/' || path === '/live';
  if (!isHome && issue === undefined) {
    return page(404, 'Not found', '<h1>Not found</h1><p>There is no such page or issue.</p>');
  }
  if (method === 'POST' && issue !== undefined && rest === undefined) {
    edit(world, issue, new URLSearchParams(request.body));
    return emptyReply(303, { location: `/${issue.key}` });
  }
  if (method !== 'GET') return emptyReply(405);
  const live = issue === undefined ? homeHtml(world) : issueHtml(world, issue);
  if (rest === 'live') return htmlReply(200, live);
  if (issue === undefined) return page(200, 'Tracker', live);
  return page(200, `${issue.key} ${summaryOf(issue)}`, live, formHtml(issue));
}

/** What a person does on an issue's page: sets its link and error field, or turns an item over. */
function edit(world: World, issue: Issue, form: URLSearchParams): void {
  const link = form.get('link');
  const error = form.get('error');
  if (link !== null && error !== null) {
    world.editIssue(issue.key, { [linkField]: link.trim(), [errorField]: error.trim() });
  }
  const item = issue.items.get(form.get('item') ?? '');
  if (item !== undefined) world.editItem(issue.key, item.id, { checked: !item.checked });
}

function document(title: string, live: string, below: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${webFaceStyle}</style>
</head>
<body>
<header><a href="/">Tracker</a> <span class="quiet">simulated, for tests and the demo</span></header>
<main><div id="live">${live}</div>${below}</main>
<script>${webFaceScript}</script>
</body>
</html>`;
}

function homeHtml(world: World): string {
  const checklists = world.checklistKeys.map((key) => {
    const issue = world.issue(key);
    return `<li><a class="key" href="/${key}">${key}</a> ${escapeHtml(summaryOf(issue))}
${progressHtml(issue)}</li>`;
  });
  const queues = [...world.queues.values()].map(({ key, name }) => {
    const issues = [...world.issuesOfQueue(key)];
    const links = issues
      .slice(0, shownAtMost)
      .map((issue) => `<li>${issueLinkHtml(issue)} ${escapeHtml(summaryOf(issue))}</li>`);
    return `<details><summary>${escapeHtml(key)}: ${escapeHtml(name)}
<span class="quiet">${issues.length} issues</span></summary>
<ul class="plain">${links.join('')}</ul>${moreHtml(issues.length)}</details>`;
  });
  return `<h1>Checklists</h1><ul class="plain">${checklists.join('')}</ul>
<h2>Queues</h2>${queues.join('')}`;
}

function issueHtml(world: World, issue: Issue): string {
  const error = issue.fields.get(errorField);
  return `<h1><span class="key">${issue.key}</span> ${escapeHtml(summaryOf(issue))}</h1>
<p class="quiet">Version ${issue.version}${issue.aliases.length > 0 ? `, formerly ${issue.aliases.join(', ')}` : ''}${
    issue.access === 'full'
      ? ''
      : `, ${issue.access === 'none' ? 'closed to' : 'read-only for'} the robot`
  }${issue.locked || issue.version > world.trackerRules.versionLimit ? ', locked' : ''}</p>
${error === undefined ? '' : `<p class="error">${escapeHtml(String(error)).replaceAll('\n', '<br>')}</p>`}
${checklistHtml(world, issue)}
${fieldsHtml(world, issue)}
${historyHtml(world, issue)}`;
}

// The checklist

type ItemState = 'open' | 'done' | 'deferred';

const deferral = parseTrackerDate(deferralDate);

function stateOf(item: ChecklistItem): ItemState {
  if (!item.checked) return 'open';
  return parseTrackerDate(item.deadline ?? '') >= deferral ? 'deferred' : 'done';
}

const marks: Readonly<Record<ItemState, string>> = { open: '○', done: '✓', deferred: '◐' };

function progressHtml(issue: Issue): string {
  const counts: Record<ItemState, number> = { open: 0, done: 0, deferred: 0 };
  for (const item of issue.items.values()) counts[stateOf(item)] += 1;
  const share = (state: ItemState): string =>
    `<span class="${state}" style="flex-grow:${counts[state]}"></span>`;
  return `<div class="bar">${share('done')}${share('deferred')}${share('open')}</div>
<p class="quiet">${counts.open} open, ${counts.done} done, ${counts.deferred} deferred</p>`;
}

function checklistHtml(world: World, issue: Issue): string {
  if (issue.items.size === 0) return '';
  const rows: string[] = [];
  for (const item of issue.items.values()) {
    if (rows.length === shownAtMost) break;
    rows.push(itemHtml(world, issue, item));
  }
  return `${progressHtml(issue)}<ol class="items">${rows.join('')}</ol>${moreHtml(issue.items.size)}`;
}

function itemHtml(world: World, checklist: Issue, item: ChecklistItem): string {
  const state = stateOf(item);
  const keys = item.text.match(/\b[A-Z]+-\d+\b/g) ?? [];
  const [key] = keys;
  const issue = key === undefined || keys.length > 1 ? undefined : world.findIssue(key);
  const error = issue?.fields.get(errorField);
  const place = issue === undefined ? '' : placeOf(issue);
  const label = state === 'open' ? 'Check' : 'Uncheck';
  return `<li class="${state}" data-row="${escapeHtml(item.id)}">
<form method="post" action="/${checklist.key}"><button class="mark" name="item" value="${escapeHtml(item.id)}" title="${label}" aria-label="${label}">${marks[state]}</button></form>
<div><div>${issue === undefined ? escapeHtml(item.text) : `${issueLinkHtml(issue)} ${escapeHtml(summaryOf(issue))}`}
${state === 'deferred' ? '<span class="tag">deferred</span>' : ''}</div>
${error === undefined ? '' : `<div class="error">${escapeHtml(String(error))}</div>`}
${place === '' ? '' : `<div class="place">${place}</div>`}</div></li>`;
}

const placeKeys = [
  'faculty.name',
  'profession.name',
  'track.name',
  'course.name',
  'topic.name',
  'lesson.name',
  'task.position',
  'sprint.name',
] as const;

/** Where an issue belongs, as far as that has been written into it. */
function placeOf(issue: Issue): string {
  return placeKeys
    .map((key) => {
      const value = issue.fields.get(mappedFields[key]);
      if (value === undefined) return '';
      return key === 'task.position' ? `№ ${valueText(value)}` : escapeHtml(valueText(value));
    })
    .filter((text) => text !== '')
    .join(' <span class="quiet">›</span> ');
}

function moreHtml(count: number): string {
  return count > shownAtMost ? `<p class="quiet">… and ${count - shownAtMost} more</p>` : '';
}

// Fields and history

function fieldsHtml(world: World, issue: Issue): string {
  const rows = [...issue.fields]
    .filter(([id]) => id !== 'summary' && id !== errorField)
    .map(
      ([id, value]) =>
        `<tr data-row="${escapeHtml(id)}"><th title="${escapeHtml(id)}">${escapeHtml(nameOf(world, id))}</th>
<td>${escapeHtml(valueText(value))}</td></tr>`,
    );
  return rows.length === 0 ? '' : `<h2>Fields</h2><table>${rows.join('')}</table>`;
}

function historyHtml(world: World, issue: Issue): string {
  if (issue.history.length === 0) return '';
  const newest = issue.history.slice(-shownAtMost).reverse();
  const rows = newest.map(
    (entry) => `<tr data-row="v${entry.version}"><td class="quiet">${entry.version}</td>
<td class="quiet">${new Date(entry.time).toISOString().slice(11, 19)}</td>
<td class="quiet">${entry.who === 'token' ? 'robot' : 'person'}</td>
<td>${changesHtml(world, entry)}</td></tr>`,
  );
  return `<details${issue.items.size > 0 ? '' : ' open'}><summary>History
<span class="quiet">${issue.history.length} changes</span></summary>
<table class="history">${rows.join('')}</table>${moreHtml(issue.history.length)}</details>`;
}

function changesHtml(world: World, entry: HistoryEntry): string {
  const arrow = (from: string, to: string): string =>
    `<del>${escapeHtml(from)}</del> → <ins>${escapeHtml(to)}</ins>`;
  const lines = [
    ...entry.fields.map(
      ({ field, from, to }) =>
        `${escapeHtml(nameOf(world, field))}: ${arrow(valueText(from), valueText(to))}`,
    ),
    ...entry.items
      .slice(0, 20)
      .map(
        ({ from, to }) =>
          `${escapeHtml((to ?? from)?.text ?? '')}: ${arrow(
            from === undefined ? '–' : stateOf(from),
            to === undefined ? '–' : stateOf(to),
          )}`,
      ),
  ];
  if (entry.what === 'move') return 'moved';
  return lines.length === 0 ? '<span class="quiet">changed nothing</span>' : lines.join('<br>');
}

function formHtml(issue: Issue): string {
  const value = (field: string): string => escapeHtml(valueText(issue.fields.get(field) ?? ''));
  return `<details><summary>Edit</summary><form class="edit" method="post" action="/${issue.key}">
<label>Link <input name="link" value="${value(linkField)}"></label>
<label>Error <textarea name="error" rows="2">${value(errorField)}</textarea></label>
<button>Save</button>
</form></details>`;
}

// Words

function issueLinkHtml({ key }: Issue): string {
  return `<a class="key" href="/${key}">${key}</a>`;
}

function summaryOf(issue: Issue): string {
  return valueText(issue.fields.get('summary'));
}

function nameOf(world: World, field: string): string {
  return world.fields.get(field)?.name.en ?? field;
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
