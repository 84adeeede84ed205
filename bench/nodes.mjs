import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { launchApp } from './app.mjs';
import { startLabProgram } from './lab-program.mjs';
import { installNodesProbe } from './nodes-probe.mjs';
import { memoryOf } from './processes.mjs';
import { seededRandom } from './random.mjs';
import { say, target } from './report.mjs';
import { latency, quantile, round } from './statistics.mjs';

const nodeCount = 10_000;
const regions = [
  'eu-west-1',
  'eu-central-1',
  'eu-north-1',
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
];
const environments = ['production', 'staging', 'development', 'other'];
const regionsPerProfile = regions.length / environments.length;
/** Of a node, CSS pixels. */
const rowHeight = 44;
const limitMs = 5 * 60_000;
const scrollMs = 8_000;
const settleMs = 3_000;

/** What people type, key by key. */
const typed = [
  'web',
  'payments-db',
  'prod-iden',
  '10.4',
  'i-0a1',
  'zz nothing',
  'stag worker-1',
  'lgwb1',
  'state:offline',
  'tag:role=web state:online',
  'env:prod -web',
  'platform:win region:eu',
  '-tag:team=data',
];

/**
 * Ten thousand nodes in twelve lists, four profiles in three Regions each, of a lab that is a program of its own: from the
 * wish to read them to the first row and to the last name, then keys in the filter, frames while scrolling, memory, and the
 * list at the next start.
 *
 * @param {{ electron: string, runs: number, seed: number }} options `runs` times all texts are typed
 */
export async function benchNodes({ electron, runs, seed }) {
  const folder = mkdtempSync(join(tmpdir(), 'nodewharf-nodes-'));
  const lab = await startLabProgram(['--nodes', String(nodeCount), '--regions', regions.join(',')]);
  const environment = {
    AWS_ACCESS_KEY_ID: lab.accessKeyId,
    AWS_SECRET_ACCESS_KEY: lab.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  let driven;
  try {
    driven = await launchApp({ electron, folder, environment });
    const { page } = driven;
    await page.evaluate(installNodesProbe);
    await wait(settleMs);
    const before = memoryNow(driven);
    const reading = await readAll(page, lab);
    say(
      `first row after ${reading.firstRow} ms, all ${nodeCount} nodes after ${reading.complete} ms, ` +
        `all names and tags after ${reading.named} ms`,
    );
    await wait(settleMs);
    const after = memoryNow(driven);
    const idle = frameFigures(await page.evaluate((ms) => window.__nodes.idle(ms), settleMs));
    const filter = await typeFilters(page, runs, seededRandom(seed));
    say(
      `a key: list in the document p50 ${filter.inDocument.p50} ms, p99 ${filter.inDocument.p99} ms; ` +
        `on screen p50 ${filter.painted.p50} ms, p99 ${filter.painted.p99} ms`,
    );
    const scrolling = {};
    // A slow read, a flick of the wheel, and the scroll bar dragged from end to end.
    for (const step of [12, 120, 3_000]) {
      const { frames, scripts } = await page.evaluate(
        ([pixels, ms]) => window.__nodes.scroll(pixels, ms),
        [step, scrollMs],
      );
      scrolling[`${step} px a frame`] = { ...frameFigures(frames), script: latency(scripts) };
      say(`scrolling ${step} px a frame: ${JSON.stringify(scrolling[`${step} px a frame`])}`);
    }
    await driven.close();
    driven = undefined;

    const next = await nextStart(electron, folder, environment);
    say(`next start: rows on screen after ${next.rowsOnScreen} ms, all of them after ${next.allRows} ms`);
    const worst = Math.max(...Object.values(scrolling).map(({ over33Percent }) => over33Percent));
    const script = Math.max(...Object.values(scrolling).map((each) => each.script.p99));
    return {
      unit: 'ms',
      seed,
      nodes: nodeCount,
      lists: regions.length,
      reading,
      filter,
      idle,
      scrolling,
      nextStart: next,
      memory: { unit: 'MB', before, after },
      targets: [
        target('first row', reading.firstRow, 'atMost', 1_000, 'ms'),
        target('a key in the filter, list in the document, p50', filter.inDocument.p50, 'atMost', 16, 'ms'),
        target('a key in the filter, on screen, p50', filter.painted.p50, 'atMost', 16, 'ms'),
        target('frames over 33 ms while scrolling', worst, 'atMost', 1, '%'),
        target('script per frame while scrolling, p99', script, 'atMost', 8, 'ms'),
      ],
    };
  } finally {
    await driven?.close();
    await lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Saves the profiles and has them read: milliseconds from the wish on. */
async function readAll(page, lab) {
  const profileIds = await page.evaluate(
    async ([endpoint, names, all, each]) => {
      const ids = [];
      for (const [at, name] of names.entries()) {
        const [region, ...moreRegions] = all.slice(at * each, (at + 1) * each);
        const reply = await window.nodewharf.saveProfile({
          profile: {
            name: `Acme ${name}`,
            environment: name,
            credentials: { kind: 'environment' },
            region,
            moreRegions,
            network: { endpoints: { ssm: endpoint } },
          },
        });
        if (!reply.ok) throw new Error(reply.error.message);
        ids.push(reply.value.id);
      }
      return ids;
    },
    [lab.endpoint, environments, regions, regionsPerProfile],
  );
  const instances = new Set(lab.nodes.flatMap(({ id }) => (id.startsWith('i-') ? [id] : [])));
  const started = await page.evaluate((ids) => {
    const at = performance.now();
    window.__firstRow = window.__nodes.rowOnScreen(ids[0]);
    for (const profileId of ids) void window.nodewharf.refreshNodes({ profileId });
    return at;
  }, profileIds);
  const firstRow = round((await page.evaluate(() => window.__firstRow)) - started, 0);
  const until = async (isSo) => {
    for (;;) {
      const counts = await page.evaluate(() => window.__nodes.counts());
      const passed = (await page.evaluate(() => performance.now())) - started;
      if (isSo(counts)) return round(passed, 0);
      if (counts.failed > 0 || passed > limitMs)
        throw new Error(`The lists did not come: ${JSON.stringify(counts)}`);
      await wait(50);
    }
  };
  // The list of the app's own lab is told of as well.
  const complete = await until(({ ready, nodes }) => ready >= regions.length && nodes >= nodeCount);
  const named = await until((counts) => counts.named >= instances.size);
  return { firstRow, complete, named };
}

async function typeFilters(page, runs, random) {
  const box = page.getByTestId('filter');
  const inDocument = [];
  const painted = [];
  await box.click();
  for (let run = 0; run < runs; run += 1) {
    for (const text of typed) {
      for (const letter of text) {
        // An uneven pause, so that samples do not fall into step with frames.
        await wait(25 + random() * 30);
        await page.evaluate(() => {
          window.__key = window.__nodes.nextKey();
        });
        await page.keyboard.press(letter === ' ' ? 'Space' : letter);
        const moments = await page.evaluate(() => window.__key);
        inDocument.push(moments.inDocument);
        painted.push(moments.painted);
      }
      await box.fill('');
    }
  }
  return { inDocument: latency(inDocument), painted: latency(painted) };
}

/** Milliseconds since the page began: the first rows on screen, and the list as long as it was. */
async function nextStart(electron, folder, environment) {
  const driven = await launchApp({ electron, folder, environment });
  try {
    const { page } = driven;
    await page.waitForFunction(
      (height) => document.querySelector('.node-list-inside').clientHeight >= height,
      nodeCount * rowHeight,
      { polling: 'raf' },
    );
    return await page.evaluate(() => ({
      rowsOnScreen: Math.round(performance.getEntriesByName('nodes-painted')[0].startTime),
      allRows: Math.round(performance.now()),
    }));
  } finally {
    await driven.close();
  }
}

function frameFigures(frames) {
  const over33 = frames.filter((ms) => ms > 33).length;
  return {
    frames: frames.length,
    p50: round(quantile(frames, 0.5)),
    p99: round(quantile(frames, 0.99)),
    longest: round(Math.max(...frames)),
    over33Percent: round((over33 / frames.length) * 100),
  };
}

function memoryNow({ pid }) {
  const { pss, byRole } = memoryOf(pid);
  const rounded = Object.fromEntries(Object.entries(byRole).map(([role, value]) => [role, round(value, 0)]));
  return { pss: round(pss, 0), byRole: rounded };
}
