#!/usr/bin/env node
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Stands in for fpm where it cannot be had: takes the call that electron-builder makes for a Debian package and
 * makes the package with dpkg-deb. It refuses every argument it does not know, so that a change on the caller's side
 * is noticed and not dropped.
 */

/** Options with a value, and the field they fill. @type {Readonly<Record<string, string>>} */
const valueOptions = {
  '-s': 'sourceType',
  '-t': 'targetType',
  '--architecture': 'architecture',
  '--after-install': 'afterInstall',
  '--after-remove': 'afterRemove',
  '--name': 'name',
  '--version': 'version',
  '--description': 'description',
  '--maintainer': 'maintainer',
  '--vendor': 'vendor',
  '--url': 'url',
  '--license': 'license',
  '--package': 'output',
  '--category': 'section',
  '--deb-priority': 'priority',
  // Taken and not followed: zstd packs this in seconds, xz in minutes.
  '--deb-compression': 'compression',
};
const required = ['architecture', 'name', 'version', 'description', 'maintainer', 'output'];

/**
 * @typedef {object} Order
 * @property {Record<string, string>} values by field
 * @property {string[]} depends
 * @property {string[]} recommends
 * @property {{ source: string, destination: string }[]} files
 */

/**
 * @param {readonly string[]} args
 * @returns {Order}
 */
function parse(args) {
  /** @type {Order} */
  const order = { values: {}, depends: [], recommends: [], files: [] };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    const value = () => {
      index += 1;
      const next = args[index];
      if (next === undefined) throw new Error(`${arg} needs a value`);
      return next;
    };
    const field = valueOptions[arg];
    if (field !== undefined) order.values[field] = value();
    else if (arg === '-d') order.depends.push(value());
    else if (arg === '--deb-recommends') order.recommends.push(value());
    else if (arg.startsWith('-')) {
      if (arg !== '--force') throw new Error(`unknown argument ${arg}`);
    } else order.files.push(parsePair(arg));
  }
  const { sourceType, targetType } = order.values;
  if (sourceType !== 'dir' || targetType !== 'deb')
    throw new Error(`cannot make ${targetType} from ${sourceType}`);
  const missing = required.filter((name) => order.values[name] === undefined);
  if (missing.length > 0) throw new Error(`not given: ${missing.join(', ')}`);
  return order;
}

/** @param {string} pair */
function parsePair(pair) {
  const at = pair.indexOf('=');
  const [source, destination] = [pair.slice(0, at), pair.slice(at + 1)];
  if (at < 1 || !destination.startsWith('/')) throw new Error(`unknown argument ${pair}`);
  return { source, destination };
}

/**
 * @param {Order} order
 * @param {number} installedKib
 */
function controlText({ values, depends, recommends }, installedKib) {
  /** @type {[string, string | undefined][]} */
  const fields = [
    ['Package', values['name']],
    ['Version', values['version']],
    ['License', values['license']],
    ['Vendor', values['vendor']],
    ['Architecture', values['architecture']],
    ['Maintainer', values['maintainer']],
    ['Installed-Size', String(installedKib)],
    ['Depends', depends.join(', ')],
    ['Recommends', recommends.join(', ')],
    ['Section', values['section'] ?? 'misc'],
    ['Priority', values['priority'] ?? 'optional'],
    ['Homepage', values['url']],
    ['Description', descriptionText(values['description'] ?? '')],
  ];
  return fields.flatMap(([name, value]) => (value ? `${name}: ${value}\n` : [])).join('');
}

/**
 * The first line is the synopsis; further ones are indented, empty ones become a dot.
 * @param {string} text
 */
function descriptionText(text) {
  const [synopsis = '', ...rest] = text.split('\n').map((line) => line.trim());
  return [synopsis, ...rest.map((line) => ` ${line === '' ? '.' : line}`)].join('\n');
}

/**
 * @param {string} tree
 * @param {Order} order
 */
function fill(tree, { files }) {
  for (const { source, destination } of files) {
    const target = join(tree, destination);
    const isFolder = source.endsWith('/');
    mkdirSync(isFolder ? target : dirname(target), { recursive: true, mode: 0o755 });
    // -a keeps links and modes.
    execFileSync('cp', ['-a', isFolder ? `${source}.` : source, target]);
    if (!isFolder) chmodSync(target, 0o644);
  }
}

/** @param {string} tree */
function regularFiles(tree) {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {Order} order */
function build(order) {
  const work = mkdtempSync(join(tmpdir(), 'nodewharf-deb-'));
  try {
    const tree = join(work, 'tree');
    mkdirSync(tree, { mode: 0o755 });
    fill(tree, order);
    const files = regularFiles(tree);
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const sums = files.map((file) => {
      const sum = createHash('md5').update(readFileSync(file)).digest('hex');
      return `${sum}  ${relative(tree, file)}\n`;
    });
    const debian = join(tree, 'DEBIAN');
    mkdirSync(debian, { mode: 0o755 });
    writeFileSync(join(debian, 'control'), controlText(order, Math.ceil(bytes / 1024)));
    writeFileSync(join(debian, 'md5sums'), sums.join(''));
    const { afterInstall, afterRemove, output = '' } = order.values;
    for (const [script, source] of [
      ['postinst', afterInstall],
      ['postrm', afterRemove],
    ]) {
      if (script === undefined || source === undefined) continue;
      copyFileSync(source, join(debian, script));
      chmodSync(join(debian, script), 0o755);
    }
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '--build', tree, output], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  build(parse(process.argv.slice(2)));
} catch (error) {
  console.error(
    `${basename(process.argv[1] ?? '')}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
