import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'vite';
import { root } from './paths.mjs';
import { runMain } from './report.mjs';

/**
 * Which way imports point. A module may import its own room, and what its row allows:
 *
 * - `rooms`: other rooms of ours, or parts of them
 * - `packages`: packages, `*` for any name that begins so
 * - `builtins`: Node's own modules, `*` for all of them
 *
 * The first row whose folder holds the file counts. `package.json`, for our own version, is open to all.
 *
 * @type {readonly { folder: string, rooms: string[], packages: string[], builtins: string[] }[]}
 */
const table = [
  { folder: 'ssm/node', rooms: ['ssm'], packages: ['ws'], builtins: ['*'] },
  // No clock, no timer, no socket: of Node's modules only the hash functions. Its own node/ is not its own room.
  { folder: 'ssm', rooms: [], packages: [], builtins: ['node:crypto'] },
  {
    folder: 'aws',
    rooms: ['ssm', 'shared'],
    packages: ['@aws-sdk/*', '@smithy/*', '@aws-crypto/*', 'https-proxy-agent', 'proxy-from-env'],
    builtins: ['*'],
  },
  // The frames alone: an agent that shared the client's machine or its constants would share its faults.
  { folder: 'lab', rooms: ['ssm/wire'], packages: ['ws', 'node-pty'], builtins: ['*'] },
  { folder: 'shared', rooms: [], packages: ['zod'], builtins: [] },
  {
    folder: 'main',
    rooms: ['ssm', 'aws', 'lab', 'shared'],
    packages: ['electron', '@photostructure/sqlite', 'zod'],
    builtins: ['*'],
  },
  { folder: 'preload', rooms: ['shared'], packages: ['electron'], builtins: [] },
  {
    folder: 'renderer',
    rooms: ['shared'],
    packages: [
      'react',
      'react/*',
      'react-dom',
      'react-dom/*',
      'radix-ui',
      'lucide-react',
      '@tanstack/*',
      '@xterm/*',
      '@fontsource-variable/*',
    ],
    builtins: [],
  },
  { folder: 'cli', rooms: ['ssm', 'aws', 'lab', 'shared'], packages: [], builtins: ['*'] },
];

const src = join(root, 'src');
const sourceTypes = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']);

/** @returns {string[]} one sentence for each import that points the wrong way */
function wrongImports() {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => sourceTypes.has(extname(name)))
    .sort()
    .flatMap((name) => {
      const file = join(src, name);
      if (rowOf(file) === undefined) return [`src/${inSrc(file)}: is in no room of the table`];
      return importsOf(file)
        .map((specifier) => objection(file, specifier))
        .filter((sentence) => sentence !== undefined);
    });
}

/**
 * @param {string} file
 * @param {string | undefined} specifier undefined when it is computed
 * @returns {string | undefined} why this import is not allowed
 */
function objection(file, specifier) {
  const row = rowOf(file);
  if (row === undefined) return undefined;
  const complaint = (/** @type {string} */ what) =>
    `src/${inSrc(file)}: src/${row.folder} may not import ${what}`;
  if (specifier === undefined) return complaint('what only turns out at run time');
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = resolve(dirname(file), specifier.replace(/\?.*$/, ''));
    if (relative(root, target) === 'package.json') return undefined;
    if (relative(src, target).startsWith('..')) return complaint(`${specifier}, which is outside src`);
    const isAllowed = rowOf(target) === row || row.rooms.some((room) => inSrc(target).startsWith(`${room}/`));
    return isAllowed ? undefined : complaint(`src/${inSrc(target)}`);
  }
  const isBuiltin = specifier.startsWith('node:');
  const isAllowed = matches(isBuiltin ? row.builtins : row.packages, specifier);
  return isAllowed ? undefined : complaint(specifier);
}

/** @param {string} file */
const rowOf = (file) => table.find(({ folder }) => inSrc(file).startsWith(`${folder}/`));

/** @param {string} file */
const inSrc = (file) => relative(src, file).split(sep).join('/');

/**
 * @param {readonly string[]} patterns
 * @param {string} name
 */
function matches(patterns, name) {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

/**
 * Every specifier in a file, in whatever form it is imported: static, re-export, dynamic, in a type, by require.
 * @param {string} file
 * @returns {(string | undefined)[]}
 */
function importsOf(file) {
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'));
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  /** @type {(string | undefined)[]} */
  const found = [];
  visit(program, (node) => {
    const source = sourceOf(node);
    if (source !== undefined) found.push(literalText(source));
  });
  return found;
}

/**
 * @param {Record<string, unknown>} node
 * @returns {unknown} the node that names what is imported
 */
function sourceOf(node) {
  switch (node['type']) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node['source'] ?? node['argument'];
    case 'ExportNamedDeclaration':
      return node['source'] ?? undefined;
    case 'TSExternalModuleReference':
      return node['expression'];
    case 'CallExpression': {
      const callee = /** @type {{ type: string, name?: string }} */ (node['callee']);
      const isRequire = callee.type === 'Identifier' && callee.name === 'require';
      return isRequire ? /** @type {unknown[]} */ (node['arguments'])[0] : undefined;
    }
    default:
      return undefined;
  }
}

/** @param {unknown} node */
function literalText(node) {
  const value = /** @type {{ value?: unknown, literal?: { value?: unknown } }} */ (node);
  const text = value.value ?? value.literal?.value;
  return typeof text === 'string' ? text : undefined;
}

/**
 * @param {unknown} node
 * @param {(node: Record<string, unknown>) => void} onNode
 */
function visit(node, onNode) {
  if (Array.isArray(node)) for (const each of node) visit(each, onNode);
  else if (typeof node === 'object' && node !== null) {
    const object = /** @type {Record<string, unknown>} */ (node);
    if (typeof object['type'] === 'string') onNode(object);
    for (const value of Object.values(object)) visit(value, onNode);
  }
}

await runMain(async () => {
  const wrong = wrongImports();
  for (const sentence of wrong) console.error(sentence);
  return wrong.length === 0 ? 0 : 1;
});
