import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const adapter = join(import.meta.dirname, '..', '..', 'scripts', 'deb-adapter.mjs');

/** The options of the call as the packager makes it. */
const packagersOptions = (folder: string): (readonly string[])[] => [
  ['-s', 'dir'],
  ['--force'],
  ['-t', 'deb'],
  ['-d', 'liba | libb'],
  ['-d', 'libc'],
  ['--deb-recommends', 'libd'],
  ['--deb-compression', 'xz'],
  ['--architecture', 'amd64'],
  ['--after-install', join(folder, 'after-install')],
  ['--description', 'A program\n Does things.'],
  ['--version', '1.2.3~test'],
  ['--category', 'net'],
  ['--deb-priority', 'optional'],
  ['--package', join(folder, 'out.deb')],
  ['--name', 'thing'],
  ['--maintainer', 'A <a@b.example>'],
  ['--vendor', 'A'],
  ['--url', 'https://a.example'],
  ['--license', 'MIT'],
];
const packagersFiles = (folder: string): string[] => [
  `${folder}/app/=/opt/Thing`,
  `${folder}/entry.desktop=/usr/share/applications/thing.desktop`,
];

describe.runIf(existsSync('/usr/bin/dpkg-deb'))('the Debian adapter', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nodewharf-adapter-'));
    mkdirSync(join(folder, 'app', 'resources'), { recursive: true });
    writeFileSync(join(folder, 'app', 'program'), 'binary');
    chmodSync(join(folder, 'app', 'program'), 0o755);
    symlinkSync('program', join(folder, 'app', 'link'));
    writeFileSync(join(folder, 'app', 'resources', 'data'), 'data');
    writeFileSync(join(folder, 'entry.desktop'), '[Desktop Entry]');
    writeFileSync(join(folder, 'after-install'), '#!/bin/sh\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The packager's call with further arguments of the test. */
  const call = (...further: string[]): { status: number | null; stderr: string } =>
    spawnSync(
      process.execPath,
      [adapter, ...packagersOptions(folder).flat(), ...further, ...packagersFiles(folder)],
      { encoding: 'utf8' },
    );
  const dpkgDeb = (...args: string[]): string =>
    execFileSync('dpkg-deb', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });

  it('makes a package whose fields are those of the call', () => {
    expect(call().status).toBe(0);
    const fields = dpkgDeb('--field', join(folder, 'out.deb'));
    expect(fields.replace(/Installed-Size: \d+\n/, '')).toBe(
      [
        'Package: thing',
        'Version: 1.2.3~test',
        'License: MIT',
        'Vendor: A',
        'Architecture: amd64',
        'Maintainer: A <a@b.example>',
        'Depends: liba | libb, libc',
        'Recommends: libd',
        'Section: net',
        'Priority: optional',
        'Homepage: https://a.example',
        'Description: A program',
        ' Does things.',
        '',
      ].join('\n'),
    );
  });

  it('keeps modes and links, and gives everything to root', () => {
    call();
    const content = dpkgDeb('--contents', join(folder, 'out.deb'))
      .split('\n')
      .map((line) => line.split(/\s+/))
      .filter(([mode]) => mode !== undefined && !mode.startsWith('d'))
      .map(([mode, owner, _size, _date, _time, ...name]) => [mode, owner, name.join(' ')].join(' '));
    expect(content.filter((line) => line.trim() !== '').sort()).toEqual([
      '-rw-r--r-- root/root ./opt/Thing/resources/data',
      '-rw-r--r-- root/root ./usr/share/applications/thing.desktop',
      '-rwxr-xr-x root/root ./opt/Thing/program',
      'lrwxrwxrwx root/root ./opt/Thing/link -> program',
    ]);
  });

  it('carries the script that runs after installing', () => {
    call();
    expect(dpkgDeb('--info', join(folder, 'out.deb'), 'postinst')).toBe('#!/bin/sh\n');
  });

  it.each([['--deb-systemd', 'unit'], ['--config-files', '/etc/thing'], ['stray']])(
    'refuses an argument it does not know: %s',
    (...further) => {
      const { status, stderr } = call(...further);
      expect({ status, isNamed: stderr.includes(`unknown argument ${further[0]}`) }).toEqual({
        status: 1,
        isNamed: true,
      });
      expect(existsSync(join(folder, 'out.deb'))).toBe(false);
    },
  );
});
