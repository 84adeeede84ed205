import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const configuration = ['.oxlintrc.json', 'package-lock.json', 'package.json', 'scripts', 'tsconfig.json'];

/** A work tree with our checks and their configuration, and only the sources that a test plants in it. */
export interface PlantedTree {
  /** Replaces the sources; `files` maps a path such as `src/ssm/a.ts` to its content. */
  plant(files: Readonly<Record<string, string>>): void;
  /** Runs Node with these arguments in the tree. */
  node(...args: string[]): Promise<{ code: number; output: string }>;
  remove(): void;
}

export function makePlantedTree(): PlantedTree {
  const folder = mkdtempSync(join(tmpdir(), 'nodewharf-architecture-'));
  for (const name of configuration) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    plant(files) {
      rmSync(join(folder, 'src'), { recursive: true, force: true });
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
    },
    node(...args) {
      return new Promise((resolve) => {
        execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
        });
      });
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
