/**
 * The names alone, without the schema library: the preload script is built from these, so that it stays a few
 * hundred bytes on the road to the first paint.
 */
export const callNames = [
  'loadWorkspace',
  'pagePainted',
  'saveProfile',
  'removeProfile',
  'chooseCertificates',
  'readSharedSettings',
  'refreshNodes',
  'saveFavourite',
  'startSession',
  'attachTerminal',
  'restartSession',
  'findSuccessor',
  'reconnectNow',
  'askForAccess',
  'endSession',
  'forgetSession',
  'readStats',
  'readDocument',
  'listDocuments',
  'recentReasons',
  'examine',
  'stopExamination',
  'saveTunnel',
  'removeTunnel',
  'startTunnel',
  'stopTunnel',
  'findDemoPort',
  'runCommand',
  'readCommandOutput',
  'cancelCommand',
  'forgetCommand',
  'endOrphans',
  'keepOrphans',
  'startSignIn',
  'cancelSignIn',
  'answerMfa',
  'listHistory',
  'clearHistory',
  'saveSettings',
  'readClipboard',
  'writeClipboard',
  'openLink',
  'confirmQuit',
] as const;
export type CallName = (typeof callNames)[number];

export const eventNames = [
  'profilesChanged',
  'inventoriesChanged',
  'favouritesChanged',
  'sessionChanged',
  'sessionForgotten',
  'sessionWanted',
  'examinationChanged',
  'tunnelsChanged',
  'tunnelStatusChanged',
  'commandChanged',
  'commandForgotten',
  'orphansFound',
  'sharedSettingsChanged',
  'signInsChanged',
  'credentialsChanged',
  'quitRequested',
  'menuCommand',
] as const;
export type EventName = (typeof eventNames)[number];

/** `window.postMessage` text that carries a session's MessagePort into the page: `{ type, key }`, ports[0]. */
export const terminalPortMessage = 'nodewharf:terminal-port';

/** ipcRenderer channel of a call or an event. */
export const channelOf = (name: CallName | EventName | 'terminalPort'): string => `nodewharf:${name}`;
