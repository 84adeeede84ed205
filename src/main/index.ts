import { app } from 'electron';
import { NodewharfApp } from './nodewharf-app.ts';
import { declareAppScheme } from './window/app-scheme.ts';

declareAppScheme();

// Chromium's own switch; Electron leaves its folder for the app's data where it was.
const userData = app.commandLine.getSwitchValue('user-data-dir');
if (userData !== '') app.setPath('userData', userData);

// On a desktop nothing answers the probe for a machine's own role, and waiting for that takes seconds.
process.env['AWS_EC2_METADATA_DISABLED'] ??= 'true';

// Two at once would write the same files and end each other's history entries.
if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(() => new NodewharfApp());
} else {
  app.quit();
}
