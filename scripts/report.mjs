/**
 * What a person at the terminal sees of our scripts. Progress goes to standard error, so that commands with a
 * machine-readable answer keep standard output to themselves.
 */

/** Set-up cannot go on: what is missing, and the command that mends it. */
export class SetupError extends Error {
  /**
   * @param {string} missing
   * @param {string} mend
   */
  constructor(missing, mend) {
    super(`${missing}\n  To mend it: ${mend}`);
    this.name = 'SetupError';
  }
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`nodewharf: ${line}\n`);
}

/**
 * Runs a script's main function; a {@link SetupError} ends the process with its sentence, anything else with a stack.
 * @param {() => Promise<number | void>} main answers the exit code, or nothing to leave it as it is
 */
export async function runMain(main) {
  try {
    const code = await main();
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else console.error(error);
    process.exitCode = 1;
  }
}
