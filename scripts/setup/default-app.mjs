// The fallback runtime's default app: what `electron <folder>` runs when the binary carries no app of its own.
// It understands what our scripts and Playwright pass: `-r module`, flags, then the app's folder.
// A module, and it waits for the app's main file: Electron holds back `ready` until then, and some of what a main file
// does is only allowed before.
import { app } from 'electron';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** Loads the required modules on the way; answers the first argument that is neither one of them nor a flag. */
function readArguments() {
  const args = process.argv.slice(1);
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '-r' || arg === '--require') {
      index += 1;
      require(resolve(args[index]));
    } else if (!arg.startsWith('-')) {
      return resolve(arg);
    }
  }
  throw new Error('Usage: electron [flags] <app folder or file>');
}

/** Makes the app known as what its package.json says; answers its main file. */
function prepare(path) {
  process.defaultApp = true;
  if (!statSync(path).isDirectory()) return path;
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  app.setVersion(manifest.version ?? '0.0.0');
  app.name = manifest.productName ?? manifest.name;
  app.setAppPath(path);
  return join(path, manifest.main ?? 'index.js');
}

try {
  const main = prepare(readArguments());
  if (!app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', join(app.getPath('appData'), app.name));
  }
  await import(pathToFileURL(main).href);
} catch (error) {
  console.error(error);
  app.exit(1);
}
