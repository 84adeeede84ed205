import { clientVersion } from '../client-version.ts';
import { SsmError } from '../ssm-error.ts';
import {
  ActionStatus,
  type HandshakeRequest,
  type HandshakeResponse,
  type ProcessedClientAction,
  type RequestedClientAction,
  requestedSessionType,
} from '../wire/handshake.ts';

const knownSessionTypes: ReadonlySet<string> = new Set([
  'Standard_Stream',
  'InteractiveCommands',
  'NonInteractiveCommands',
  'Port',
]);

/**
 * The honest answer to a handshake that this client does not carry through: the session type is understood, anything
 * else failed with its reason. One entry for each action, in order (protocol notes, section 5.3).
 */
export function refusingResponse(request: HandshakeRequest): HandshakeResponse {
  const reasons = request.requestedClientActions.map(reasonToRefuse);
  return {
    clientVersion,
    processedClientActions: request.requestedClientActions.map((action, index) =>
      processed(action, reasons[index]),
    ),
    errors: reasons.filter((reason) => reason !== undefined),
  };
}

function reasonToRefuse(action: RequestedClientAction): string | undefined {
  if (action.actionType !== 'SessionType') return `Unsupported action ${action.actionType}`;
  const sessionType = requestedSessionType(action);
  if (sessionType !== undefined && knownSessionTypes.has(sessionType)) return undefined;
  return `Unknown session type ${sessionType ?? ''}`;
}

function processed(action: RequestedClientAction, reason: string | undefined): ProcessedClientAction {
  return {
    actionType: action.actionType,
    actionStatus: reason === undefined ? ActionStatus.success : ActionStatus.failed,
    actionResult: null,
    error: reason === undefined ? '' : `Failed to process action ${action.actionType}: ${reason}`,
  };
}

/** Why the session ends, in words that hold nothing the agent wrote. */
export function handshakeError(request: HandshakeRequest): SsmError {
  const asksForEncryption = request.requestedClientActions.some(
    (action) => action.actionType === 'KMSEncryption',
  );
  return new SsmError(
    'handshake-unsupported',
    asksForEncryption
      ? 'The session document asks for encryption with a KMS key, which is not supported.'
      : 'The agent asked for a handshake, which only sessions other than a plain shell need; they are not supported.',
  );
}
