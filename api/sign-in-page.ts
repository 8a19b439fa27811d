/**
 * The staff's sign-in as a page, for whatever else of the desk is opened in the browser, such as Temporal's UI with its
 * codec. One form, its script from a file of its own, nothing from elsewhere.
 */

import type { Express } from 'express';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign in · Refund Desk</title>
    <link rel="stylesheet" href="/sign-in/style.css">
  </head>
  <body>
    <main>
      <h1>Refund Desk</h1>
      <form id="sign-in">
        <label>E-mail <input name="email" type="email" autocomplete="username" required autofocus></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button>Sign in</button>
      </form>
      <p id="outcome" role="status"></p>
    </main>
    <script src="/sign-in/script.js"></script>
  </body>
</html>
`;

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 22rem; margin: 15vh auto 0; padding: 0 1rem; }
form { display: grid; gap: 0.75rem; }
label { display: grid; gap: 0.25rem; }
input, button { font: inherit; padding: 0.5rem; }
`;

const script = `const form = document.getElementById('sign-in');
const outcome = document.getElementById('outcome');

async function whoIsSignedIn() {
  const answer = await fetch('/v1/me');
  if (answer.ok) outcome.textContent = 'Signed in as ' + (await answer.json()).role + '.';
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/v1/auth/sign-in/email', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  if (answer.ok) await whoIsSignedIn();
  else outcome.textContent = 'E-mail and password do not go together, or it was tried too often.';
});

whoIsSignedIn();
`;

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function mountSignInPage(app: Express): void {
  app.get('/sign-in', (_request, response) => {
    response.set('Content-Security-Policy', policy).type('html').send(page);
  });
  app.get('/sign-in/style.css', (_request, response) => {
    response.type('text/css').send(style);
  });
  app.get('/sign-in/script.js', (_request, response) => {
    response.type('text/javascript').send(script);
  });
}
