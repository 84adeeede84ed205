import { sep } from 'node:path';
import { expect, test } from 'vitest';
import { fileOf } from '../../src/main/window/app-url.ts';

const folder = `${sep}app${sep}out${sep}renderer`;
const get = (url: string): string | undefined => fileOf({ method: 'GET', url }, folder);

test('an address of ours means a file in the folder', () => {
  expect(get('app://nodewharf/assets/a%20b.js?v=1#x')).toBe(`${folder}${sep}assets${sep}a b.js`);
});

test.each([
  'app://nodewharf/../main/index.js',
  'app://nodewharf/%2e%2e/main/index.js',
  'app://nodewharf/..%2fmain%2findex.js',
  'app://nodewharf/..%2f..%2f..%2fetc%2fpasswd',
  'app://nodewharf/..%2frenderer-other/x.js',
  'app://nodewharf/a%00.js',
  'app://nodewharf/%E0%A4%A',
  'app://nodewharf/',
  'app://other/index.html',
  'app://nodewharf.example/index.html',
])('%s means no file outside of it', (url) => {
  const path = get(url);
  expect(path === undefined || path.startsWith(folder + sep)).toBe(true);
});

test('only reading is answered', () => {
  expect(fileOf({ method: 'POST', url: 'app://nodewharf/index.html' }, folder)).toBeUndefined();
});
