/**
 * Runs inside the app's page (Playwright serialises it, so it uses nothing from outside itself). It sees what a person sees, the
 * rows in the document, and what main tells, by the page's own door.
 */
export function installNodesProbe() {
  if (window.__nodes !== undefined) return;
  /** What main has told of each list, and the nodes whose tags have come. */
  const heads = new Map();
  const named = new Set();
  window.nodewharf.on('inventoriesChanged', (changes) => {
    for (const { head, changed } of changes) {
      heads.set(head.id, head);
      for (const { id, tags } of changed) if (tags !== undefined) named.add(id);
    }
  });

  const list = () => document.getElementById('node-list');
  const afterPaint = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve(performance.now());
        };
        port2.postMessage(undefined);
      });
    });

  window.__nodes = {
    /** Milliseconds of performance.now() at which a row is on screen whose DOM id holds `text`. */
    async rowOnScreen(text) {
      while (document.querySelector(`[data-testid=node-row][id*="${text}"]`) === null) await afterPaint();
      return performance.now();
    },

    counts: () => ({
      nodes: [...heads.values()].reduce((sum, { nodeCount }) => sum + nodeCount, 0),
      ready: [...heads.values()].filter(({ state }) => state.kind === 'ready').length,
      failed: [...heads.values()].filter(({ state }) => state.kind === 'failed').length,
      named: named.size,
    }),

    /**
     * The next key in the filter: from the system's keydown to the list in the document being that of the new text, and to that
     * being painted. React draws within the input event, so the next frame has the new list; a list that still changes after
     * it is an error.
     */
    nextKey: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('The list did not change.')), 5_000);
        const onInput = async (from) => {
          const inDocument = performance.now() - from;
          const drawn = list()?.textContent;
          const painted = (await afterPaint()) - from;
          await afterPaint();
          clearTimeout(timer);
          if (list()?.textContent === drawn) resolve({ inDocument, painted });
          else reject(new Error('The list changed after it was painted.'));
        };
        window.addEventListener(
          'keydown',
          ({ timeStamp }) => window.addEventListener('input', () => void onInput(timeStamp), { once: true }),
          { once: true, capture: true },
        );
      }),

    /**
     * Scrolls by `step` pixels a frame, down and up again, for `ms`. Answers each frame's length, and the time that scripts took
     * in it: from the scroll event to the end of the frame's callbacks, which is where the rows are made.
     */
    scroll: (step, ms) =>
      new Promise((resolve) => {
        const scroller = list();
        const frames = [];
        const scripts = [];
        let scrolledAt;
        const onScroll = () => {
          scrolledAt ??= performance.now();
        };
        window.addEventListener('scroll', onScroll, true);
        scroller.scrollTop = 0;
        let direction = 1;
        let before;
        const until = performance.now() + ms;
        const frame = (now) => {
          const end = performance.now();
          if (before !== undefined) frames.push(now - before);
          before = now;
          if (scrolledAt !== undefined) scripts.push(end - scrolledAt);
          scrolledAt = undefined;
          if (end >= until) {
            window.removeEventListener('scroll', onScroll, true);
            resolve({ frames, scripts });
            return;
          }
          const bottom = scroller.scrollHeight - scroller.clientHeight;
          if (scroller.scrollTop >= bottom - 1) direction = -1;
          if (scroller.scrollTop <= 0) direction = 1;
          scroller.scrollTop += direction * step;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),

    /** How long frames are when nothing happens: what this machine can do at best. */
    idle: (ms) =>
      new Promise((resolve) => {
        const frames = [];
        let before;
        const until = performance.now() + ms;
        const frame = (now) => {
          if (before !== undefined) frames.push(now - before);
          before = now;
          if (performance.now() >= until) resolve(frames);
          else requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      }),
  };
}
