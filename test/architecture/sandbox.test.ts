import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
/** In two halves, so that this file does not hold what it looks for. */
const flag = ['no', 'sandbox'].join('-');

it('never switches off the sandbox in the app: the flag is nowhere in src or in what the packager is told', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, 'src', name))
    .filter((path) => statSync(path).isFile());
  const guilty = [...files, join(root, 'electron-builder.yml')].filter((path) =>
    readFileSync(path, 'utf8').includes(flag),
  );
  expect(guilty).toEqual([]);
});
