import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlantedTree, type PlantedTree } from './planted-tree.ts';

/** Sources that must not pass, and the rule that must say so. */
const faults: readonly [name: string, rule: string, files: Readonly<Record<string, string>>][] = [
  [
    'a cycle of imports',
    'import(no-cycle)',
    {
      'src/main/a.ts': `import { b } from './b.ts';\nexport const a = (): number => b();\n`,
      'src/main/b.ts': `import { a } from './a.ts';\nexport const b = (): number => a();\n`,
    },
  ],
  [
    'a promise that nobody waits for',
    'typescript(no-floating-promises)',
    { 'src/main/a.ts': 'export function a(): void {\n  Promise.reject(new Error());\n}\n' },
  ],
  ['any', 'typescript(no-explicit-any)', { 'src/main/a.ts': 'export const a = (b: any): unknown => b;\n' }],
  [
    'a timer in the protocol core',
    'eslint(no-restricted-globals)',
    { 'src/ssm/a.ts': 'export const a = (b: () => void): unknown => setTimeout(b, 1);\n' },
  ],
  [
    'a clock in the protocol core',
    'eslint(no-restricted-properties)',
    { 'src/ssm/a.ts': 'export const a = (): number => Date.now();\n' },
  ],
  [
    'a socket in the protocol core',
    'eslint(no-restricted-globals)',
    { 'src/ssm/a.ts': `export const a = (): unknown => new WebSocket('wss://a.example');\n` },
  ],
  [
    'a process in the page',
    'eslint(no-restricted-globals)',
    { 'src/renderer/a.ts': 'export const a = (): unknown => process;\n' },
  ],
];

describe('the lint step', () => {
  let tree: PlantedTree;
  beforeAll(() => {
    tree = makePlantedTree();
  });
  afterAll(() => tree.remove());

  const lint = (): ReturnType<PlantedTree['node']> =>
    tree.node('node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'src');

  it('passes sound sources, and timers in the node part of the protocol', async () => {
    tree.plant({
      'src/main/a.ts': 'export const a = async (b: Promise<number>): Promise<number> => (await b) + 1;\n',
      'src/ssm/node/a.ts': 'export const a = (b: () => void): unknown => setTimeout(b, Date.now());\n',
    });
    expect((await lint()).code).toBe(0);
  });

  it.each(faults)('refuses %s (%s)', async (_name, rule, files) => {
    tree.plant(files);
    const { code, output } = await lint();
    expect({ code, isNamed: output.includes(rule) }).toEqual({ code: 1, isNamed: true });
  });
});
