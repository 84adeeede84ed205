/** Longest text of an error that the agent records as a session's outcome, characters (protocol notes, section 8.1). */
const longest = 2500;
const prefix = '\n----------ERROR-------\n';
const truncated = '\n--------Error truncated--------';

/** An error as it reaches the client in `channel_closed`. */
export function errorOutput(text: string): string {
  const whole = prefix + text;
  return whole.length <= longest ? whole : whole.slice(0, longest - truncated.length) + truncated;
}
