import { setTimeout as wait } from 'node:timers/promises';
import { memoryOf } from './processes.mjs';
import { say } from './report.mjs';
import { round } from './statistics.mjs';

/** Time for collectors and caches to come to rest before memory is read, milliseconds. */
const settleMs = 3_000;
/** More than the default scrollback, so that a full tab is as full as it gets. */
const linesOfOutput = 12_000;

/**
 * PSS over the app's processes without the lab's: one tab at its prompt, twenty, and twenty with full scrollback.
 * @param {import('./app.mjs').DrivenApp} driven
 */
export async function benchMemory(driven) {
  const keys = [await driven.openTab()];
  const oneTab = await settled(driven, '1 tab at its prompt');
  while (keys.length < 20) keys.push(await driven.openTab());
  const twentyTabs = await settled(driven, '20 tabs at their prompts');
  for (const key of keys) {
    await driven.focusTab(key);
    await driven.runAndWait(
      key,
      `seq -f 'line %.0f of the output that fills the scrollback' ${linesOfOutput}`,
    );
  }
  const twentyFullTabs = await settled(driven, '20 tabs with full scrollback');
  return { unit: 'MB', oneTab, twentyTabs, twentyFullTabs, targets: [] };
}

async function settled(driven, name) {
  await wait(settleMs);
  const { pss, labPss, byRole } = memoryOf(driven.pid);
  say(`${name}: ${round(pss, 0)} MB PSS (the lab beside it: ${round(labPss, 0)} MB)`);
  const rounded = Object.fromEntries(Object.entries(byRole).map(([role, value]) => [role, round(value, 0)]));
  return { pss: round(pss, 0), byRole: rounded, labPss: round(labPss, 0) };
}
