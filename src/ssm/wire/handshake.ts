import {
  integerMember,
  isObject,
  type JsonObject,
  listMember,
  member,
  parseObject,
  textMember,
} from './json-object.ts';
import { WireError } from './wire-error.ts';

/**
 * The three JSON payloads of a handshake (protocol notes, section 5.3). Members are written in the official order, with
 * `null` where the official peers write it.
 */

/** What the agent asks the client to do before the session begins. */
export interface HandshakeRequest {
  agentVersion: string;
  requestedClientActions: readonly RequestedClientAction[];
}

export interface RequestedClientAction {
  /** `SessionType`, `KMSEncryption` or something newer. */
  actionType: string;
  /** Depends on the type; kept as parsed JSON. */
  actionParameters: unknown;
}

/** `ActionStatus` values. Official clients also send 0 for an unsupported action. */
export const ActionStatus = { success: 1, failed: 2, unsupported: 3 } as const;

export interface ProcessedClientAction {
  actionType: string;
  actionStatus: number;
  actionResult: unknown;
  /** Empty on success. */
  error: string;
}

export interface HandshakeResponse {
  clientVersion: string;
  processedClientActions: readonly ProcessedClientAction[];
  /** Bare reasons of what failed; written as `null` when there are none. */
  errors: readonly string[];
}

export interface HandshakeComplete {
  /** In nanoseconds. */
  handshakeTimeToComplete: number;
  /** For people; may be empty. */
  customerMessage: string;
}

export function encodeHandshakeRequest(request: HandshakeRequest): Uint8Array {
  return encodeJson({
    AgentVersion: request.agentVersion,
    RequestedClientActions: request.requestedClientActions.map((action) => ({
      ActionType: action.actionType,
      ActionParameters: action.actionParameters,
    })),
  });
}

/** Throws {@link WireError} for anything but a request; `RequestedClientActions` may be null. */
export function decodeHandshakeRequest(payload: Uint8Array): HandshakeRequest {
  const object = parseObject(payload, 'HandshakeRequest');
  return {
    agentVersion: textMember(object, 'AgentVersion'),
    requestedClientActions: objectsOf(object, 'RequestedClientActions').map((action) => ({
      actionType: textMember(action, 'ActionType'),
      actionParameters: member(action, 'ActionParameters') ?? null,
    })),
  };
}

/** The kinds of session that a client can be asked for; names are case-sensitive. */
export const sessionTypes = [
  'Standard_Stream',
  'InteractiveCommands',
  'NonInteractiveCommands',
  'Port',
] as const;

export type SessionType = (typeof sessionTypes)[number];

/** Reads the parameters of a SessionType action. The type is the empty text where there is none. */
export function readSessionTypeParameters(parameters: unknown): {
  sessionType: string;
  properties: JsonObject;
} {
  const object = isObject(parameters) ? parameters : {};
  const properties = member(object, 'Properties');
  return {
    sessionType: textOr(object, 'SessionType'),
    properties: isObject(properties) ? properties : {},
  };
}

/** Reads the parameters of a KMSEncryption action; empty texts stand for what is missing or no text. */
export function readEncryptionParameters(parameters: unknown): { keyId: string; challenge: string } {
  const object = isObject(parameters) ? parameters : {};
  return { keyId: textOr(object, 'KMSKeyId'), challenge: textOr(object, 'Challenge') };
}

function textOr(object: JsonObject, name: string): string {
  const value = member(object, name);
  return typeof value === 'string' ? value : '';
}

export function encodeHandshakeResponse(response: HandshakeResponse): Uint8Array {
  return encodeJson({
    ClientVersion: response.clientVersion,
    ProcessedClientActions: response.processedClientActions.map((action) => ({
      ActionType: action.actionType,
      ActionStatus: action.actionStatus,
      ActionResult: action.actionResult,
      Error: action.error,
    })),
    Errors: response.errors.length === 0 ? null : response.errors,
  });
}

/** Throws {@link WireError} for anything but a response. */
export function decodeHandshakeResponse(payload: Uint8Array): HandshakeResponse {
  const object = parseObject(payload, 'HandshakeResponse');
  return {
    clientVersion: textMember(object, 'ClientVersion'),
    processedClientActions: objectsOf(object, 'ProcessedClientActions').map((action) => ({
      actionType: textMember(action, 'ActionType'),
      actionStatus: integerMember(action, 'ActionStatus'),
      actionResult: member(action, 'ActionResult') ?? null,
      error: textMember(action, 'Error'),
    })),
    errors: listMember(object, 'Errors').map((error) => {
      if (typeof error !== 'string') throw new WireError('wrong-type', 'Errors');
      return error;
    }),
  };
}

export function encodeHandshakeComplete(complete: HandshakeComplete): Uint8Array {
  return encodeJson({
    HandshakeTimeToComplete: complete.handshakeTimeToComplete,
    CustomerMessage: complete.customerMessage,
  });
}

/** Throws {@link WireError} for anything but the JSON described. */
export function decodeHandshakeComplete(payload: Uint8Array): HandshakeComplete {
  const object = parseObject(payload, 'HandshakeComplete');
  return {
    handshakeTimeToComplete: integerMember(object, 'HandshakeTimeToComplete'),
    customerMessage: textMember(object, 'CustomerMessage'),
  };
}

function objectsOf(object: JsonObject, name: string): readonly JsonObject[] {
  return listMember(object, name).map((entry) => {
    if (!isObject(entry)) throw new WireError('wrong-type', name);
    return entry;
  });
}

function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
