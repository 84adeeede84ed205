import { spawn } from 'node-pty';

/**
 * The floor of a keystroke's echo: a shell like the lab's own on a pty, no network, no window. The time from writing a
 * byte to reading its echo is what the app's figure is set beside, sampled in turn with it in the same run.
 */
export function openEchoShell() {
  const shell = spawn('sh', [], {
    cols: 80,
    rows: 24,
    name: 'xterm-256color',
    cwd: process.cwd(),
    env: process.env,
  });
  let onData = () => {};
  shell.onData((text) => onData(text));
  return {
    /** Milliseconds from the write of `key` to the read of its echo. */
    echo(key) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('The bare shell did not echo within 5 s.')), 5_000);
        const started = performance.now();
        onData = (text) => {
          if (!text.includes(key)) return;
          clearTimeout(timer);
          onData = () => {};
          resolve(performance.now() - started);
        };
        shell.write(key);
      });
    },
    /** Clears the line, which the terminal driver bounds at 4095 bytes. */
    clearLine() {
      shell.write('\u0015');
    },
    close() {
      shell.kill('SIGKILL');
    },
  };
}
