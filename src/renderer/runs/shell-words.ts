/**
 * A command of a NonInteractiveCommands session is split into words and executed, without a shell (protocol notes, section
 * 6.3). Pipes, variables and several lines need one: the text is given to `sh -c` as one quoted word.
 */
export const forShell = (text: string): string => `sh -c '${text.replaceAll("'", String.raw`'\''`)}'`;

/** The text that a person typed, also where {@link forShell} has quoted it. */
export function readableCommand(command: string): string {
  const quoted = /^sh -c '((?:[^']|'\\'')*)'$/.exec(command)?.[1];
  return quoted === undefined ? command : quoted.replaceAll(String.raw`'\''`, "'");
}

export const isForShell = (command: string): boolean => readableCommand(command) !== command;
