/**
 * Runs inside the app's page (Playwright serialises it, so it uses nothing from outside itself).
 *
 * The app has no test code. What can be seen from outside is the contract of src/shared/terminal-port.ts: output comes
 * as Uint8Array on a session's MessagePort, and the page posts `consumed` on it once xterm has parsed the bytes. So a
 * `consumed` that covers a byte is the moment that byte was parsed. What listens here is added just before the app's own
 * listener: the terminal parses the echo of a key at once, while it is being received.
 */
export function installProbe() {
  if (window.__probe !== undefined) return;
  const sessions = new Map();
  const byPort = new WeakMap();
  const sizes = new WeakMap();
  const probe = {
    sessions,
    lastKeydownAt: 0,
    /** The sessions' keys in the order in which their ports came. */
    keys: () => [...sessions.keys()],
    state: (key) => {
      const { received, consumed, cols, rows, tail } = sessions.get(key);
      return { received, consumed, cols, rows, tail };
    },
    /** Resolves with performance.now() of the first parse that covers everything up to and with `text`. */
    whenParsed: (key, text) =>
      new Promise((resolve) => {
        sessions.get(key).waits.push({ text, upTo: undefined, resolve });
      }),
    /**
     * Resolves for the next key typed with its moments: keydown, input posted to main, echo received, echo parsed.
     * Rejects after `limit` ms.
     */
    nextEcho: (key, limit) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no echo')), limit);
        probe.lastKeydownAt = 0;
        const moments = { postedAt: 0, receivedAt: 0 };
        const session = sessions.get(key);
        session.moments = moments;
        session.echo = (parsedAt) => {
          clearTimeout(timer);
          session.moments = undefined;
          resolve({ keydownAt: probe.lastKeydownAt, ...moments, parsedAt });
        };
      }),
  };
  window.__probe = probe;

  window.addEventListener(
    'keydown',
    () => {
      probe.lastKeydownAt = performance.now();
    },
    true,
  );

  window.addEventListener(
    'message',
    (event) => {
      if (event.data?.type !== 'nodewharf:terminal-port' || event.ports[0] === undefined) return;
      const port = event.ports[0];
      const known = sessions.get(event.data.key);
      const session = {
        key: event.data.key,
        received: 0,
        consumed: 0,
        // The app may have told it before this listener was called.
        ...sizes.get(port),
        tail: '',
        waits: known?.waits ?? [],
        echo: undefined,
        moments: undefined,
      };
      sessions.set(session.key, session);
      byPort.set(port, session);
    },
    true,
  );

  const latin1 = new TextDecoder('latin1');
  const receive = ({ target, data }) => {
    const session = byPort.get(target);
    if (session === undefined || !(data instanceof Uint8Array)) return;
    session.received += data.length;
    if (session.moments?.postedAt > 0) session.moments.receivedAt ||= performance.now();
    if (session.waits.length === 0) return;
    // Markers are short, unique and at the end of output; a tail of the text joins one that two chunks share.
    const text = session.tail + latin1.decode(data.subarray(Math.max(0, data.length - 256)));
    session.tail = text.slice(-128);
    for (const wait of session.waits) {
      if (wait.upTo === undefined && text.includes(wait.text)) wait.upTo = session.received;
    }
  };
  const listen = MessagePort.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function addEventListener(type, ...rest) {
    if (type === 'message') listen.call(this, type, receive);
    return listen.call(this, type, ...rest);
  };

  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function postMessage(message, ...rest) {
    const session = byPort.get(this);
    if (session !== undefined && message !== null && typeof message === 'object') {
      if (message.kind === 'consumed') {
        const now = performance.now();
        session.consumed += message.byteCount;
        if (session.echo !== undefined && probe.lastKeydownAt > 0) {
          const resolve = session.echo;
          session.echo = undefined;
          resolve(now);
        }
        session.waits = session.waits.filter((wait) => {
          if (wait.upTo === undefined || session.consumed < wait.upTo) return true;
          wait.resolve(now);
          return false;
        });
      } else if (message.kind === 'input') {
        if (session.moments !== undefined) session.moments.postedAt ||= performance.now();
      }
    }
    if (message?.kind === 'size') {
      const { cols, rows } = message;
      if (session === undefined) sizes.set(this, { cols, rows });
      else Object.assign(session, { cols, rows });
    }
    return post.call(this, message, ...rest);
  };
}
