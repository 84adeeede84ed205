import { ipcMain, type WebContents } from 'electron';
import { callNames, type CallName, channelOf } from '../../shared/contract-names.ts';
import { isAppUrl } from '../window/app-url.ts';
import { answerCall, type Handlers } from './answer-call.ts';

/**
 * Opens the calls of the contract to the page. Nothing else listens to it.
 *
 * @param ourPage the contents of our window, while there is one
 */
export function registerCalls(handlers: Handlers, ourPage: () => WebContents | undefined): void {
  for (const name of callNames) register(name, handlers[name], ourPage);
}

function register<N extends CallName>(
  name: N,
  handler: Handlers[N],
  ourPage: () => WebContents | undefined,
): void {
  ipcMain.handle(channelOf(name), (event, request: unknown) => {
    // A frame that has gone since has no address, and is nobody's any more.
    const frame = event.senderFrame;
    const page = ourPage();
    const isOurPage =
      page !== undefined && event.sender === page && frame !== null && frame === page.mainFrame;
    return answerCall(name, handler, { isOurPage, url: frame?.url ?? '' }, request, isAppUrl);
  });
}
