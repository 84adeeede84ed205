import { net, powerMonitor } from 'electron';

/** How often to look whether the network is back, while somebody waits for it. */
const lookEveryMs = 1_000;

/**
 * Calls `onReachable` when the computer wakes up, and when it is online again while sessions wait for that.
 *
 * @param isWaiting whether any session is reconnecting; nothing is looked at otherwise
 * @returns ends the watch
 */
export function watchNetwork(isWaiting: () => boolean, onReachable: () => void): () => void {
  let wasOnline = true;
  const timer = setInterval(() => {
    if (!isWaiting()) {
      wasOnline = true;
      return;
    }
    const isOnline = net.isOnline();
    if (isOnline && !wasOnline) onReachable();
    wasOnline = isOnline;
  }, lookEveryMs);
  powerMonitor.on('resume', onReachable);
  powerMonitor.on('unlock-screen', onReachable);
  return () => {
    clearInterval(timer);
    powerMonitor.off('resume', onReachable);
    powerMonitor.off('unlock-screen', onReachable);
  };
}
