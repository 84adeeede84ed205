import { contextBridge, ipcRenderer } from 'electron';
import {
  callNames,
  channelOf,
  type EventName,
  eventNames,
  terminalPortMessage,
} from '../shared/contract-names.ts';

/**
 * `window.nodewharf`: the contract's calls by name, and a subscription to its events. Built from the names alone; the page
 * reaches no other channel. Main checks what comes through, so nothing is checked here.
 */
const calls = Object.fromEntries(
  callNames.map((name) => [name, (request: unknown) => ipcRenderer.invoke(channelOf(name), request)]),
);

function on(name: EventName, listener: (payload: unknown) => void): () => void {
  if (!eventNames.includes(name)) throw new Error('There is no such event.');
  const channel = channelOf(name);
  const receive = (_event: unknown, payload: unknown): void => listener(payload);
  ipcRenderer.on(channel, receive);
  return () => {
    ipcRenderer.off(channel, receive);
  };
}

contextBridge.exposeInMainWorld('nodewharf', { ...calls, on });

// Ports cannot cross the bridge; the window's own messages carry them.
ipcRenderer.on(channelOf('terminalPort'), (event, { key }: { key: string }) => {
  window.postMessage({ type: terminalPortMessage, key }, window.location.origin, event.ports);
});
