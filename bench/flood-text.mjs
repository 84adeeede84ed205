import { closeSync, openSync, writeSync } from 'node:fs';
import { seededRandom } from './random.mjs';

/**
 * Plain ASCII for the flood: lines of 40 to 79 printable characters, so that none wraps at 80 columns. One block of about
 * 4 MB repeats to the wanted size; it is far larger than any cache between the shell and the screen.
 */
const blockBytes = 4_000_000;

/** The block with `\n` line ends, as it lies in the file. */
export function floodBlock(seed) {
  const random = seededRandom(seed);
  const lines = [];
  let size = 0;
  while (size < blockBytes) {
    const length = 40 + Math.floor(random() * 40);
    let line = '';
    for (let index = 0; index < length; index += 1)
      line += String.fromCharCode(32 + Math.floor(random() * 95));
    lines.push(line);
    size += length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** Writes `megabytes` (10^6 bytes, to the next whole block) to `path` and answers the size. */
export function writeFloodFile(path, block, megabytes) {
  const bytes = Buffer.from(block, 'latin1');
  const file = openSync(path, 'w');
  let written = 0;
  try {
    while (written < megabytes * 1e6) written += writeSync(file, bytes);
  } finally {
    closeSync(file);
  }
  return written;
}

/** What the terminal driver makes of the block: `\n` becomes `\r\n` on the way to the screen. */
export function asTerminalOutput(block) {
  return block.replaceAll('\n', '\r\n');
}
