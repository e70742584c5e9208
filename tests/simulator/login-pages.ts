import { escapeHtml } from './exchange.ts';

const style = `
:root { color-scheme: light dark; --ink: #1d2430; --paper: #f6f7f9; --card: #fff; --line: #dfe3e8;
  --accent: #2f5fd0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --paper: #14171c; --card: #1c2027;
  --line: #323843; --accent: #8aabf5; --bad: #f2a19b; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(22rem, 90vw); padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; }
h1 { margin: 0 0 .5rem; font-size: 1.3rem; }
label { display: block; margin: 1rem 0; }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
button { padding: .5rem 1.2rem; font: inherit; color: var(--card); background: var(--accent);
  border: 0; border-radius: 6px; cursor: pointer; }
.bad { color: var(--bad); }
`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body><main>${body}</main></body>
</html>`;
}

/** The page with the login's form; `next` is the address that asked for a login, if one did. */
export function loginPage(next: string, problem = ''): string {
  return page(
    'Sign in: learning platform',
    `<h1>Learning platform</h1>
<p>Sign in to go on${next === '' ? '' : ` to <code>${escapeHtml(next)}</code>`}.</p>
${problem === '' ? '' : `<p class="bad">${escapeHtml(problem)}</p>`}
<form method="post" action="/login">
<label>Name <input name="name" autocomplete="username" required autofocus></label>
<button>Sign in</button>
</form>`,
  );
}

/** The page after signing in. */
export function signedInPage(): string {
  return page(
    'Signed in: learning platform',
    `<h1>Signed in</h1>
<p>This page can be closed.</p>
<form method="post" action="/sign-out"><button>Sign out</button></form>`,
  );
}
