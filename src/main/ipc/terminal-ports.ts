import { MessageChannelMain, type WebContents } from 'electron';
import { channelOf } from '../../shared/contract-names.ts';
import type { PagePort, SessionBytes } from '../bytes/session-bytes.ts';

/** Gives the page a port of its own for a session's bytes. */
export function attachTerminal(contents: WebContents, key: string, bytes: SessionBytes): void {
  const { port1: ours, port2: theirs } = new MessageChannelMain();
  const port: PagePort = {
    post: (message) => ours.postMessage(message),
    close: () => ours.close(),
  };
  ours.on('message', ({ data }) => bytes.receive(port, data));
  ours.on('close', () => bytes.portClosed(port));
  ours.start();
  contents.postMessage(channelOf('terminalPort'), { key }, [theirs]);
  bytes.attach(port);
}
