import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlantedTree, type PlantedTree } from './planted-tree.ts';

/** One import that each row of the table forbids: in which file, what is written, what the check must say. */
const forbidden: readonly [file: string, code: string, complaint: string][] = [
  ['src/ssm/wire/a.ts', `import '../../shared/b.ts';`, 'src/ssm may not import src/shared/b.ts'],
  ['src/ssm/channel/a.ts', `import '../node/b.ts';`, 'src/ssm may not import src/ssm/node/b.ts'],
  ['src/ssm/channel/a.ts', `import { connect } from 'node:net';`, 'src/ssm may not import node:net'],
  ['src/ssm/channel/a.ts', `import 'node:timers';`, 'src/ssm may not import node:timers'],
  ['src/ssm/channel/a.ts', `import 'node:timers/promises';`, 'src/ssm may not import node:timers/promises'],
  ['src/ssm/channel/a.ts', `import 'node:perf_hooks';`, 'src/ssm may not import node:perf_hooks'],
  ['src/ssm/channel/a.ts', `import WebSocket from 'ws';`, 'src/ssm may not import ws'],
  ['src/ssm/node/a.ts', `import '../../aws/b.ts';`, 'src/ssm/node may not import src/aws/b.ts'],
  ['src/ssm/node/a.ts', `import 'electron';`, 'src/ssm/node may not import electron'],
  ['src/aws/a.ts', `import '../main/b.ts';`, 'src/aws may not import src/main/b.ts'],
  ['src/aws/a.ts', `import 'electron';`, 'src/aws may not import electron'],
  ['src/lab/a.ts', `import '../ssm/channel/b.ts';`, 'src/lab may not import src/ssm/channel/b.ts'],
  ['src/lab/a.ts', `import '../ssm/client-version.ts';`, 'src/lab may not import src/ssm/client-version.ts'],
  ['src/lab/a.ts', `import '../aws/b.ts';`, 'src/lab may not import src/aws/b.ts'],
  ['src/lab/a.ts', `import '../shared/b.ts';`, 'src/lab may not import src/shared/b.ts'],
  ['src/lab/a.ts', `import '@aws-sdk/client-ssm';`, 'src/lab may not import @aws-sdk/client-ssm'],
  ['src/shared/a.ts', `import '../ssm/b.ts';`, 'src/shared may not import src/ssm/b.ts'],
  ['src/shared/a.ts', `import 'node:fs';`, 'src/shared may not import node:fs'],
  ['src/main/a.ts', `import '../renderer/b.ts';`, 'src/main may not import src/renderer/b.ts'],
  ['src/main/a.ts', `import '../cli/b.ts';`, 'src/main may not import src/cli/b.ts'],
  ['src/main/a.ts', `import 'react';`, 'src/main may not import react'],
  ['src/preload/a.ts', `import '../main/b.ts';`, 'src/preload may not import src/main/b.ts'],
  ['src/preload/a.ts', `import 'node:fs';`, 'src/preload may not import node:fs'],
  ['src/renderer/a.ts', `import '../main/b.ts';`, 'src/renderer may not import src/main/b.ts'],
  ['src/renderer/a.ts', `import '../ssm/b.ts';`, 'src/renderer may not import src/ssm/b.ts'],
  ['src/renderer/a.tsx', `import 'electron';`, 'src/renderer may not import electron'],
  ['src/renderer/a.tsx', `import 'node:fs';`, 'src/renderer may not import node:fs'],
  ['src/cli/a.ts', `import '../main/b.ts';`, 'src/cli may not import src/main/b.ts'],
  ['src/cli/a.ts', `import 'electron';`, 'src/cli may not import electron'],
  [
    'src/main/a.ts',
    `import '../../scripts/build.mjs';`,
    'src/main may not import ../../scripts/build.mjs, which is outside src',
  ],
];

/** The same forbidden import in each form the language has. */
const forms: readonly string[] = [
  `export { b } from '../main/b.ts';`,
  `export * from '../main/b.ts';`,
  `import type { B } from '../main/b.ts';`,
  `export type B = import('../main/b.ts').B;`,
  `export const later = (): Promise<unknown> => import('../main/b.ts');`,
  `export const b: unknown = require('../main/b.ts');`,
];

const allowed: Readonly<Record<string, string>> = {
  'src/ssm/wire/a.ts': `import { createHash } from 'node:crypto'; import '../b.ts'; import './c.ts';`,
  'src/ssm/node/a.ts': `import 'ws'; import 'node:net'; import '../wire/a.ts';`,
  'src/aws/a.ts': `import '@aws-sdk/client-ssm'; import '../shared/a.ts'; import type {} from '../ssm/wire/a.ts';`,
  'src/lab/a.ts': `import 'node-pty'; import '../ssm/wire/a.ts';`,
  'src/shared/a.ts': `import 'zod';`,
  'src/main/a.ts': `import 'electron'; import '../aws/a.ts'; import '../lab/a.ts'; import '../ssm/node/a.ts';`,
  'src/preload/a.ts': `import 'electron'; import '../shared/a.ts';`,
  'src/renderer/a.tsx': `import 'react'; import '@xterm/xterm'; import '../shared/a.ts'; import './a.css';`,
  'src/cli/a.ts': `import '../ssm/node/a.ts'; import '../lab/a.ts'; import 'node:tty';`,
};

describe('the import table', () => {
  let tree: PlantedTree;
  beforeAll(() => {
    tree = makePlantedTree();
  });
  afterAll(() => tree.remove());

  it('lets each room import what its row allows', async () => {
    tree.plant(allowed);
    expect(await tree.node('scripts/check-imports.mjs')).toEqual({ code: 0, output: '' });
  });

  it.each(forbidden)('refuses in %s: %s', async (file, code, complaint) => {
    tree.plant({ [file]: code });
    expect(await tree.node('scripts/check-imports.mjs')).toEqual({
      code: 1,
      output: `${file}: ${complaint}\n`,
    });
  });

  it.each(forms)('sees an import written as: %s', async (code) => {
    tree.plant({ 'src/renderer/a.ts': code });
    const complaint = 'src/renderer/a.ts: src/renderer may not import src/main/b.ts\n';
    expect(await tree.node('scripts/check-imports.mjs')).toEqual({ code: 1, output: complaint });
  });

  it('refuses an import whose name only turns out at run time', async () => {
    tree.plant({
      'src/renderer/a.ts': 'export const load = (name: string): Promise<unknown> => import(name);',
    });
    expect((await tree.node('scripts/check-imports.mjs')).code).toBe(1);
  });

  it('refuses a file in no room', async () => {
    tree.plant({ 'src/elsewhere/a.ts': 'export {};' });
    const complaint = 'src/elsewhere/a.ts: is in no room of the table\n';
    expect(await tree.node('scripts/check-imports.mjs')).toEqual({ code: 1, output: complaint });
  });

  it('is part of the check command', async () => {
    tree.plant({ 'src/renderer/a.ts': `import 'electron';` });
    const { code, output } = await tree.node('scripts/check.mjs', 'imports');
    expect({ code, isNamed: output.includes('FAILED check: imports') }).toEqual({ code: 1, isNamed: true });
  });
});
