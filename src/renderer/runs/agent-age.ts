/** The first agent that runs commands without a terminal (protocol notes, section 5.6). An older one answers nothing at all. */
export const firstAgentForCommands = '3.0.1124.0';

/** False also for a version that is unknown or no version. */
export function isTooOldForCommands(agentVersion: string | undefined): boolean {
  if (agentVersion === undefined || !/^\d+(\.\d+){1,3}$/.test(agentVersion)) return false;
  const has = agentVersion.split('.').map(Number);
  for (const [at, wanted] of firstAgentForCommands.split('.').map(Number).entries()) {
    const part = has[at] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}
