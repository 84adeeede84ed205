import { MessageChannelMain, type WebContents } from 'electron';
import { channelOf } from '../../shared/contract-names.ts';
import type { PagePort, TerminalLink } from '../sessions/terminal-link.ts';

/** Gives the page a port of its own for a session's bytes, and lets `link` carry them over it. */
export function attachTerminal(contents: WebContents, key: string, link: TerminalLink): void {
  const { port1: ours, port2: theirs } = new MessageChannelMain();
  const port: PagePort = {
    post: (message) => ours.postMessage(message),
    close: () => ours.close(),
  };
  ours.on('message', ({ data }) => link.receive(port, data));
  ours.on('close', () => link.portClosed(port));
  ours.start();
  contents.postMessage(channelOf('terminalPort'), { key }, [theirs]);
  link.attach(port);
}
