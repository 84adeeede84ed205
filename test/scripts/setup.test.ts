import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

describe('set-up', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nodewharf-setup-'));
    cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(root, name), join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const setUp = (env: NodeJS.ProcessEnv = {}): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(
      process.execPath,
      [
        '-e',
        `import('./scripts/setup.mjs').then((m) => m.ensureReady({ electron: true }))
      .then((runtime) => console.log(runtime.origin), (error) => { console.error(error.message); process.exit(1); })`,
      ],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, ...env },
      },
    );

  it('prints nothing and does nothing when everything is there', () => {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const runtime = makeRuntime();
    const { status, stdout, stderr } = setUp({ ELECTRON_OVERRIDE_DIST_PATH: runtime });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'override\n', stderr: '' });
  });

  it('names the folder that was to hold an Electron and does not', () => {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const { status, stderr } = setUp({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere') });
    expect(status).toBe(1);
    expect(stderr).toContain(`ELECTRON_OVERRIDE_DIST_PATH is ${join(folder, 'nowhere')}`);
    expect(stderr).toContain('To mend it:');
  });

  it('waits for no dead owner of its lock', () => {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const ended = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(join(folder, '.cache'));
    writeFileSync(join(folder, '.cache', 'setup.lock'), String(ended.pid));
    expect(setUp({ ELECTRON_OVERRIDE_DIST_PATH: makeRuntime() }).status).toBe(0);
  });

  it('says what mends dependencies that cannot be installed', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\nexit 7\n', { mode: 0o755 });
    const { status, stderr } = setUp({ PATH: `${bin}:${process.env['PATH']}` });
    expect(status).toBe(1);
    expect(stderr).toContain('To mend it: see that the package registry can be reached, then run `npm ci`');
  });

  it('uses nothing but Node itself, since it runs before anything is installed', () => {
    const imported = [...importsFrom('setup.mjs')];
    expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  /** Every package that `file` and the modules it imports name in a static import. */
  function* importsFrom(file: string): Generator<string> {
    const text = readFileSync(join(root, 'scripts', file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^import .* from '([^']+)';$/gm)) {
      if (name.startsWith('.')) yield* importsFrom(join(file, '..', name));
      else yield name;
    }
  }

  function makeRuntime(): string {
    const runtime = join(folder, 'runtime');
    mkdirSync(runtime);
    writeFileSync(join(runtime, 'version'), '1.2.3');
    const executable =
      { linux: 'electron', win32: 'electron.exe' }[process.platform as string] ??
      'Electron.app/Contents/MacOS/Electron';
    mkdirSync(join(runtime, executable, '..'), { recursive: true });
    writeFileSync(join(runtime, executable), '');
    return runtime;
  }
});
