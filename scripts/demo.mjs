import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { _electron } from 'playwright';
import { rootArguments } from './display.mjs';
import { connectFirstNode, demonstration, quit, runCommand, terminalText } from './main-job.mjs';
import { cache, root } from './paths.mjs';
import { runMain, say } from './report.mjs';

/**
 * Opens the app and does its main job by itself: connects to a lab node, runs commands in the tab, shows what came
 * back, takes a picture, quits. Started by start.mjs, on a display. With a path as argument the picture goes there.
 */
await runMain(async () => {
  const picture = process.argv[2] ?? join(cache, 'screenshots', 'main-job.png');
  mkdirSync(join(picture, '..'), { recursive: true });
  // Profiles and history of its own, so that a demonstration leaves nothing among the user's.
  const userData = mkdtempSync(join(tmpdir(), 'nodewharf-demo-'));
  const app = await _electron.launch({
    args: [...rootArguments(), `--user-data-dir=${userData}`, root],
    env: { ...process.env, LANG: 'C.UTF-8' },
  });
  const electron = app.process();
  const closed = app.waitForEvent('close', { timeout: 0 });
  try {
    const page = await app.firstWindow();
    const node = await connectFirstNode(page);
    console.log(`Connected to the lab node ${node}.`);
    for (const command of demonstration) {
      await runCommand(page, command);
      console.log(`Ran: ${command.text}`);
    }
    const text = await terminalText(page);
    console.log(`The terminal shows:\n\n${text.replaceAll(/^/gm, '    ')}\n`);
    await page.screenshot({ path: picture });
    console.log(`Screenshot: ${relative(process.cwd(), picture)}`);
    await app.evaluate(({ app: main }) => main.quit());
    await quit(page);
    await closed;
    console.log('Ended the session and quit.');
  } finally {
    // Has ended already when all went well.
    electron.kill('SIGKILL');
    try {
      rmSync(userData, { recursive: true, force: true });
    } catch {
      // After a failure its other processes may still be writing; the failure is what is worth telling.
      say(`left behind: ${userData}`);
    }
  }
});
