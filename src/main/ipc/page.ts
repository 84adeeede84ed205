import type { WebContents } from 'electron';
import type { EventPayload } from '../../shared/contract.ts';
import { channelOf, type EventName } from '../../shared/contract-names.ts';

/** Tells the page news, while there is one; a page that comes later asks for the workspace. */
export function tellPage<N extends EventName>(
  contents: WebContents | undefined,
  name: N,
  payload: EventPayload<N>,
): void {
  contents?.send(channelOf(name), payload);
}
