import { hasDisplay } from './setup.mjs';

const screen = '-screen 0 1440x900x24';

/**
 * A command on the display there is, or on a virtual one.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function onDisplay(command, args) {
  if (hasDisplay()) return [command, [...args]];
  return ['xvfb-run', ['-a', '-s', screen, command, ...args]];
}

/**
 * Chromium refuses to run its sandbox as root. What we start for root on Linux therefore says so; the app itself never
 * switches its sandbox off.
 *
 * @returns {string[]} arguments for Electron
 */
export function rootArguments() {
  const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;
  return isRootOnLinux ? ['--no-sandbox'] : [];
}

/** The line that goes with {@link rootArguments}. */
export const rootNotice =
  'running as root, where Chromium has no sandbox: starting Electron with --no-sandbox';
