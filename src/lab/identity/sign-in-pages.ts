import { escapeXml } from '../query/xml.ts';

/** The pages of the lab's IAM Identity Center that a person answers in a browser. */

export function askPage(options: {
  action: string;
  /** Carried through the form. */
  fields: Readonly<Record<string, string>>;
  title: string;
  text: string;
  code?: string;
}): string {
  const { action, fields, title, text, code } = options;
  const hidden = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${escapeXml(name)}" value="${escapeXml(value)}">`)
    .join('\n');
  return page(
    title,
    `<p>${escapeXml(text)}</p>
${code === undefined ? '' : `<p class="code">${escapeXml(code)}</p>`}
<form method="post" action="${escapeXml(action)}">
${hidden}
<button name="answer" value="allow" class="main">Confirm and continue</button>
<button name="answer" value="deny">Deny</button>
</form>`,
  );
}

/** Where a code is typed that the address does not hold. */
export function codePage(action: string): string {
  return page(
    'Sign in to the lab',
    `<p>Type the code that Nodewharf shows.</p>
<form method="get" action="${escapeXml(action)}"><input name="user_code" aria-label="Code" autocomplete="off" autofocus>
<button class="main">Next</button></form>`,
  );
}

export function saidPage(title: string, text: string): string {
  return page(title, `<p>${escapeXml(text)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(title)}</title>
<style>
  :root { color-scheme: light dark }
  body { min-height: 100vh; margin: 0; display: grid; place-content: center; font: 16px/1.5 system-ui, sans-serif;
    background: Canvas; color: CanvasText }
  main { width: min(26rem, 90vw) }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem }
  .code { font: 600 1.8rem/1 ui-monospace, monospace; letter-spacing: .1em }
  button, input { font: inherit; padding: .5em 1em; border-radius: 6px; border: 1px solid GrayText }
  .main { background: AccentColor; color: AccentColorText; border-color: AccentColor }
</style>
<main><h1>${escapeXml(title)}</h1>
${body}
</main></html>
`;
}
