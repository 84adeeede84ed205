import type { SessionDocument, SessionType } from '../aws/session-document.ts';
import type { DocumentParameters } from '../shared/models.ts';
import type { LocalAddress } from '../ssm/node/port/local-address.ts';
import type { Command, ConnectRequest } from './command-line.ts';
import { plannedAddress } from './local-side.ts';

/** How a session is to be started, for each command. */
export interface SessionPlan {
  request: ConnectRequest;
  parameters?: DocumentParameters | ((document: SessionDocument | undefined) => DocumentParameters);
  /** The kinds of session that the command is for; any where absent. */
  sessionTypes?: readonly SessionType[];
  /** To be listened on before the session is started. */
  local?: LocalAddress | undefined;
  /** A sentence where the document cannot tell how the command ended. */
  isExitCodeWanted: boolean;
}

export type SessionCommand = Extract<Command, { request: ConnectRequest }>;

export function planSession(command: SessionCommand): SessionPlan {
  const { request } = command;
  const { parameters } = request;
  switch (command.kind) {
    case 'connect':
      return {
        request,
        ...(parameters && { parameters }),
        local: plannedAddress(request.documentName, parameters),
        isExitCodeWanted: false,
      };
    case 'forward':
      return {
        request,
        ...(parameters && { parameters }),
        sessionTypes: ['Port'],
        local: command.local,
        isExitCodeWanted: false,
      };
    case 'exec':
      return {
        request,
        parameters: (document) => commandParameters(command.command, document),
        sessionTypes: ['NonInteractiveCommands'],
        isExitCodeWanted: true,
      };
  }
}

/** Asks for separate outputs, with which the exit code comes, where the document lets one ask. */
function commandParameters(command: string, document: SessionDocument | undefined): DocumentParameters {
  const separates = document?.separatesOutput;
  if (typeof separates !== 'object') return { command: [command] };
  return { command: [command], [separates.parameter]: [separates.value] };
}
