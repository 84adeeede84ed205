import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { cache, root } from './paths.mjs';

/**
 * Something made from files, remade only when their content has changed.
 *
 * @typedef {object} Made
 * @property {string} name of the stamp, one per thing made
 * @property {readonly string[]} inputs files and folders, relative to the root; a missing one counts as empty
 * @property {(path: string) => boolean} [isInput] leaves some of the files out
 * @property {readonly string[]} outputs files that must exist
 */

/** @param {Made} made */
export function isStale(made) {
  if (!made.outputs.every((output) => existsSync(join(root, output)))) return true;
  const stamp = stampFile(made);
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hashOf(made);
}

/**
 * Makes it and notes what it was made from. The hash is taken before: what changes while we work makes it stale.
 * @param {Made} made
 * @param {() => Promise<void>} make throws when it fails
 */
export async function remake(made, make) {
  const hash = hashOf(made);
  const stamp = stampFile(made);
  rmSync(stamp, { force: true });
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
}

/** @param {Made} made */
function stampFile(made) {
  return join(cache, 'stamps', made.name);
}

/** @param {Made} made */
function hashOf(made) {
  const hash = createHash('sha256');
  hash.update(process.versions.node);
  for (const input of made.inputs) {
    for (const file of filesUnder(join(root, input))) {
      const path = relative(root, file);
      if (made.isInput && !made.isInput(path)) continue;
      const content = readFileSync(file);
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} in a stable order
 */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
