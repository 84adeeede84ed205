// Loaded into the main process ahead of the app (Electron's -r): writes down all that passes between the page and main.
const { app, ipcMain } = require('electron');

/** @type {string[]} */
const traffic = [];
Object.assign(globalThis, { ipcTraffic: traffic });

const write = (/** @type {string} */ way, /** @type {string} */ channel, /** @type {unknown} */ value) => {
  traffic.push(`${way} ${channel} ${JSON.stringify(value, textOfBytes)}`);
};

/** Bytes as the text that they may be. */
function textOfBytes(/** @type {string} */ _name, /** @type {unknown} */ value) {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
}

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, listener) => {
  handle(channel, async (event, ...request) => {
    write('page', channel, request);
    const answer = await listener(event, ...request);
    write('main', channel, answer);
    return answer;
  });
};

app.on('web-contents-created', (_event, contents) => {
  const send = contents.send.bind(contents);
  contents.send = (channel, ...news) => {
    write('main', channel, news);
    send(channel, ...news);
  };
  const postMessage = contents.postMessage.bind(contents);
  contents.postMessage = (channel, message, transfer) => {
    write('main', channel, message);
    postMessage(channel, message, transfer);
  };
});
