/**
 * When to try again after a lost connection: at once, then 100 to 200 ms later, doubling up to 5 s, for as long as the
 * session may still live.
 *
 * The official client gives up after six tries and hangs (trap 21). A person who comes back to a sleeping computer wants
 * the session back; so there is no last try, and the far side is spared by the ceiling and the jitter.
 */
const minInitialMs = 100;
const ceilingMs = 5000;

/**
 * A connection that lived this long, or brought a valid message, counts as good; the next loss starts the schedule anew.
 * One that is accepted and dropped at once does not, or its losses would be answered without any pause.
 */
export const provenAfterMs = 5000;

/**
 * Pause in ms before try number `attempt` (1 is the first after the loss). `random` gives numbers in [0, 1). The pause is
 * jittered downwards at every step, because at the ceiling many clients that lost the same gateway would else come as one.
 */
export function retryDelayMs(attempt: number, random: () => number): number {
  if (attempt <= 1) return 0;
  const initialMs = minInitialMs * (1 + random());
  const raised = initialMs * 2 ** Math.min(attempt - 2, 16);
  return attempt === 2 ? raised : Math.min(raised, ceilingMs) * (0.75 + 0.25 * random());
}
