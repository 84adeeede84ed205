import type { Session, WebContents } from 'electron';
import { isAppUrl } from './app-url.ts';

/**
 * What a page of ours never needs, and a hostile one would like: other windows, other addresses, devices, permissions,
 * downloads. The clipboard and links go through main, call by call.
 */
export function fenceSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.setSpellCheckerEnabled(false);
}

export function fenceContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  // A reload of our own page stays possible; what changes the address does not.
  contents.on('will-frame-navigate', (details) => {
    const isReload = details.isMainFrame && isAppUrl(details.url) && details.url === contents.getURL();
    if (!isReload) details.preventDefault();
  });
}
