/** What a person does on the pages of the lab's sign-in, without a browser. */

/** Answers the page of the device flow; resolves to what it says then. */
export async function answerDevicePage(url: string, answer: 'allow' | 'deny'): Promise<string> {
  const page = new URL(url);
  const shown = await (await fetch(page)).text();
  const form = new URLSearchParams({ user_code: page.searchParams.get('user_code') ?? '', answer });
  const said = await fetch(new URL(page.pathname, page), { method: 'POST', body: form });
  return shown.includes('Confirm') ? titleOf(await said.text()) : titleOf(shown);
}

/** Answers the page of the authorization code flow and goes where it leads, as a browser would; resolves to what that page says. */
export async function answerAuthorizePage(url: string, answer: 'allow' | 'deny'): Promise<string> {
  const page = new URL(url);
  const shown = await (await fetch(page)).text();
  if (!shown.includes('Confirm')) return titleOf(shown);
  const form = new URLSearchParams(page.search);
  form.set('answer', answer);
  const back = await fetch(new URL(page.pathname, page), { method: 'POST', body: form });
  return titleOf(await back.text());
}

function titleOf(html: string): string {
  return /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? html;
}
