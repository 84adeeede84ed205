import WebSocket from 'ws';

/**
 * The little of the DevTools protocol that a start-up measurement needs. It is joined only after the page has painted,
 * so that nothing rides along while the clock runs; a driver that attaches at launch would.
 */

/** The WebSocket address of the first page, asked from the browser endpoint that the program printed. */
async function pageAddress(browserAddress) {
  const { host } = new URL(browserAddress);
  const answer = await fetch(`http://${host}/json/list`);
  const pages = await answer.json();
  return pages.find(({ type }) => type === 'page')?.webSocketDebuggerUrl;
}

/**
 * The value of `expression` in the first page, awaited and by value; undefined while there is no page, or none that can
 * compute yet.
 * @param {string} browserAddress the `ws://…` of `DevTools listening on`
 * @param {string} expression
 */
export async function evaluateInPage(browserAddress, expression) {
  const address = await pageAddress(browserAddress);
  if (address === undefined) return undefined;
  const answer = await call(address, 'Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  return answer.result?.value;
}

/** Asks the program to end as a user closing it would. */
export async function closeBrowser(browserAddress) {
  await call(browserAddress, 'Browser.close', {});
}

function call(address, method, params) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('close', () => resolve({}));
    socket.on('open', () => socket.send(JSON.stringify({ id: 1, method, params })));
    socket.addEventListener('message', ({ data }) => {
      const message = typeof data === 'string' ? JSON.parse(data) : {};
      if (message.id !== 1) return;
      socket.close();
      resolve(message.result ?? {});
    });
  });
}
