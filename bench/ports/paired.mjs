import { say } from '../report.mjs';
import { median, round, spread } from '../statistics.mjs';

/**
 * Measures each client in turn, `runs` times round, so that what the machine does meanwhile strikes all of them; the order
 * turns round each time. Answers the measurements by client.
 *
 * @template T
 * @param {readonly import('./client-process.mjs').Client[]} clients the first is ours
 * @param {number} runs
 * @param {(client: import('./client-process.mjs').Client) => Promise<T>} measure
 * @param {(measured: T) => string} describe
 * @returns {Promise<Record<string, T[]>>}
 */
export async function inTurn(clients, runs, measure, describe) {
  const measured = Object.fromEntries(clients.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    const order = run % 2 === 0 ? clients : clients.toReversed();
    for (const client of order) {
      const one = await measure(client);
      measured[client.name].push(one);
      say(`${run + 1}/${runs} ${client.name}: ${describe(one)}`);
    }
  }
  return measured;
}

/** Median and spread of each figure of the runs. */
export function summary(runs) {
  const names = Object.keys(runs[0]);
  return Object.fromEntries(
    names.map((name) => [
      name,
      spread(
        runs.map((run) => run[name]),
        3,
      ),
    ]),
  );
}

/** Our figure to the other's, run by run. @param {string} figure */
export function ratioOf(ours, others, figure) {
  const ratios = ours.map((run, index) => run[figure] / others[index][figure]);
  return {
    ...spread(ratios, 3),
    ofMedians: round(median(ours.map((run) => run[figure])) / median(others.map((run) => run[figure])), 3),
  };
}
