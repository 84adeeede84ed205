// The fallback runtime's default app: what `electron <folder>` runs when the binary carries no app of its own.
// It understands what our scripts and Playwright pass: `-r module`, flags, then the app's folder.
const { app } = require('electron');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const args = process.argv.slice(1);
let appPath;
for (let index = 0; index < args.length; index += 1) {
  const arg = args[index];
  if (arg === '-r' || arg === '--require') {
    index += 1;
    require(path.resolve(args[index]));
  } else if (!arg.startsWith('-')) {
    appPath = path.resolve(arg);
    break;
  }
}

function fail(error) {
  console.error(error);
  app.exit(1);
}

if (appPath === undefined) {
  fail('Usage: electron [flags] <app folder or file>');
} else {
  try {
    process.defaultApp = true;
    let main = appPath;
    if (fs.statSync(appPath).isDirectory()) {
      const manifest = JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8'));
      app.setVersion(manifest.version ?? '0.0.0');
      app.name = manifest.productName ?? manifest.name;
      app.setAppPath(appPath);
      main = path.join(appPath, manifest.main ?? 'index.js');
    }
    if (!app.commandLine.hasSwitch('user-data-dir')) {
      app.setPath('userData', path.join(app.getPath('appData'), app.name));
    }
    import(pathToFileURL(main).href).catch(fail);
  } catch (error) {
    fail(error);
  }
}
