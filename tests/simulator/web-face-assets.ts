/** How the tracker's pages for people look. */
export const webFaceStyle = `
:root { color-scheme: light dark; --ink: #1d2430; --quiet: #667085; --paper: #f6f7f9; --card: #fff;
  --line: #e3e6eb; --accent: #2f5fd0; --done: #2e7d4f; --deferred: #b7791f; --bad: #b3261e;
  --new: #fff3d1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --quiet: #98a2b3; --paper: #14171c;
  --card: #1c2027; --line: #2e343e; --accent: #8aabf5; --done: #6fcf97; --deferred: #e0b05c;
  --bad: #f2a19b; --new: #3a3420; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', sans-serif; }
header { padding: .75rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--card); }
header a { font-weight: 600; color: inherit; text-decoration: none; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.5rem 3rem; }
h1 { margin: .5rem 0; font-size: 1.35rem; text-wrap: balance; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
p { margin: .25rem 0; }
.quiet { color: var(--quiet); font-weight: normal; }
.key { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 600; }
.error { color: var(--bad); overflow-wrap: anywhere; }
.place { color: var(--quiet); overflow-wrap: anywhere; }
.tag { padding: 0 .4rem; border: 1px solid currentcolor; border-radius: 99px; color: var(--deferred);
  font-size: .75rem; }
ul.plain { margin: 0; padding: 0; list-style: none; }
ul.plain > li { padding: .25rem 0; }
.bar { display: flex; height: 8px; margin: .75rem 0 .25rem; overflow: hidden; border-radius: 99px;
  background: var(--line); }
.bar span { flex-basis: 0; transition: flex-grow .4s; }
.bar .done { background: var(--done); }
.bar .deferred { background: var(--deferred); }
.items { margin: .75rem 0; padding: 0; list-style: none; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.items > li { display: flex; gap: .75rem; padding: .45rem .75rem; }
.items > li + li { border-top: 1px solid var(--line); }
.items > li > div { min-width: 0; }
.mark { width: 1.5rem; padding: 0; border: 0; background: none; color: var(--quiet); font: inherit;
  font-weight: 700; cursor: pointer; }
li.done .mark { color: var(--done); }
li.deferred .mark { color: var(--deferred); }
table { width: 100%; border-collapse: collapse; background: var(--card);
  border: 1px solid var(--line); }
th, td { padding: .35rem .75rem; text-align: left; vertical-align: top;
  border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { width: 14rem; font-weight: 500; color: var(--quiet); }
.history td:not(:last-child) { width: 1%; white-space: nowrap; font-variant-numeric: tabular-nums; }
del { color: var(--quiet); } ins { text-decoration: none; }
details { margin: 1rem 0; }
summary { cursor: pointer; font-weight: 600; }
.edit { display: grid; gap: .75rem; margin: .75rem 0; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 10px; }
.edit input, .edit textarea { display: block; width: 100%; padding: .4rem .5rem; font: inherit;
  color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
.edit button { justify-self: start; padding: .4rem 1.1rem; border: 0; border-radius: 6px; font: inherit;
  color: var(--card); background: var(--accent); cursor: pointer; }
@media (prefers-reduced-motion: no-preference) {
  .new { animation: new 1.6s ease-out; }
  @keyframes new { from { background: var(--new); } }
}
`;

/** Keeps a page up to date, and lights up the rows that have changed. */
export const webFaceScript = `
const live = document.getElementById('live');
const address = location.pathname.replace(/\\/$/, '') + '/live';
let last = null;
const rows = () => new Map([...live.querySelectorAll('[data-row]')].map((row) =>
  [row.dataset.row, row.textContent]));
async function update() {
  try {
    const answer = await fetch(address);
    const html = await answer.text();
    if (answer.ok && html !== last) {
      const before = rows();
      const opened = [...live.querySelectorAll('details')].map((one) => one.open);
      live.innerHTML = html;
      live.querySelectorAll('details').forEach((one, i) => { one.open = opened[i] ?? one.open; });
      for (const row of live.querySelectorAll('[data-row]')) {
        if (last !== null && before.get(row.dataset.row) !== row.textContent) {
          row.classList.add('new');
        }
      }
    }
    if (answer.ok) last = html;
  } catch { /* The simulator is gone; the page stays as it was. */ }
  setTimeout(update, 1000);
}
update();
`;
