/** Bounds of StartSession's `Reason`: one line of 1 to 256 characters. */
export const longestReason = 256;

/** What is wrong with a reason, as a sentence; nothing is wrong with none, unless one is required. */
export function reasonProblem(reason: string, isRequired: boolean): string | undefined {
  const text = reason.trim();
  if (text === '') return isRequired ? 'A reason is required here.' : undefined;
  return text.length > longestReason
    ? `At most ${longestReason} characters; these are ${text.length}.`
    : undefined;
}
