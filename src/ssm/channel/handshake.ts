import { clientVersion } from '../client-version.ts';
import { SsmError } from '../ssm-error.ts';
import { decodeEncryptionChallenge, encodeEncryptionChallenge } from '../wire/encryption-challenge.ts';
import {
  ActionStatus,
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  encodeHandshakeResponse,
  type HandshakeRequest,
  type ProcessedClientAction,
  type RequestedClientAction,
  readEncryptionParameters,
  readSessionTypeParameters,
  sessionTypes,
  type SessionType,
} from '../wire/handshake.ts';
import { WireError } from '../wire/wire-error.ts';
import type { DataKey, DataKeyRequest, SessionFacts } from './channel-types.ts';
import { dataKeyBytes, PayloadCipher } from './payload-cipher.ts';

/** What a message of the handshake leads to. */
export type HandshakeStep =
  /** Nothing, for example because it has been answered before. */
  | { kind: 'none' }
  | { kind: 'ask-key'; request: DataKeyRequest }
  /** Send the HandshakeResponse; with a `cipher`, encrypt and decrypt from now on. */
  | { kind: 'answer'; payload: Uint8Array; cipher?: PayloadCipher }
  /** Send the HandshakeResponse, which says that an action failed, and end the session with `error`. */
  | { kind: 'refuse'; payload: Uint8Array; error: SsmError }
  /** Send the EncChallengeResponse. */
  | { kind: 'answer-challenge'; payload: Uint8Array }
  | { kind: 'complete'; facts: SessionFacts }
  | { kind: 'fail'; error: SsmError };

/** What has become of one requested action. */
type Outcome =
  | { isDone: true; result: unknown }
  | { isDone: false; entry: Omit<ProcessedClientAction, 'actionType'>; reason: string; error: SsmError };

/**
 *     awaited ──request──► answered ──complete──► complete
 *        │                     ▲
 *        └──request with KMS─► asking
 *
 * A request is answered in `awaited` only. The agent's reader hangs on a second answer (trap 35), and an answer that is
 * lost is sent again by its number like any message.
 */
type State =
  | { kind: 'awaited' }
  | { kind: 'asking'; request: HandshakeRequest; challenge: string }
  | { kind: 'answered'; facts: Partial<SessionFacts>; cipher?: PayloadCipher; isChallenged: boolean }
  | { kind: 'complete' };

export interface HandshakeOptions {
  sessionId: string;
  /** The literal Target of StartSession; without one there is no encryption (trap 33). */
  target?: string;
  /** A new random nonce of 12 bytes with each call. */
  newNonce: () => Uint8Array;
}

/** More is not a request that an agent sends, and an answer to it might not fit into one message. */
const maxActions = 16;
const maxActionTypeLength = 64;
/** An agent's challenge has this many bytes; nothing else is decrypted and encrypted again for it. */
const challengeBytes = 64;
/** The longest text of a refusal, which may come from KMS. */
const maxReasonLength = 1000;

/** The client's part of the handshake (protocol notes, section 5): messages go in, in their order, and steps come out. */
export class Handshake {
  readonly #options: HandshakeOptions;
  #state: State = { kind: 'awaited' };

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** Whether a request has come and the end has not. */
  get isUnderWay(): boolean {
    return this.#state.kind === 'asking' || this.#state.kind === 'answered';
  }

  get isAwaited(): boolean {
    return this.#state.kind === 'awaited';
  }

  get isComplete(): boolean {
    return this.#state.kind === 'complete';
  }

  /** A HandshakeRequest. */
  requested(payload: Uint8Array): HandshakeStep {
    if (this.#state.kind !== 'awaited') return { kind: 'none' };
    const request = read(decodeHandshakeRequest, payload);
    if (request === undefined || !isModest(request)) return broken('a request that cannot be read');
    const encryption = request.requestedClientActions.find(isEncryption);
    if (encryption === undefined) return this.#answer(request, undefined, undefined);
    const { keyId, challenge } = readEncryptionParameters(encryption.actionParameters);
    const { sessionId, target } = this.#options;
    if (keyId === '' || target === undefined) {
      const error = new SsmError(
        'kms-unavailable',
        'The session is encrypted, but the key or the target is not known.',
      );
      return this.#answer(request, failed('KMSEncryption', 'The key is not known.', error), undefined);
    }
    this.#state = { kind: 'asking', request, challenge };
    const encryptionContext = {
      'aws:ssm:SessionId': sessionId,
      'aws:ssm:TargetId': target,
      ...(challenge === '' ? {} : { 'aws:ssm:RandomChallenge': challenge }),
    };
    return { kind: 'ask-key', request: { keyId, encryptionContext } };
  }

  /** KMS has made a data key. */
  keyMade(key: DataKey): HandshakeStep {
    const state = this.#state;
    if (state.kind !== 'asking') return { kind: 'none' };
    if (key.plaintext.length !== dataKeyBytes || key.ciphertext.length === 0) {
      return this.keyDenied(
        new SsmError('kms-unavailable', 'KMS answered with a data key of a wrong length.'),
      );
    }
    const result = {
      KMSCipherTextKey: Buffer.from(key.ciphertext).toString('base64'),
      KMSCipherTextHash: null,
      ...(state.challenge === '' ? {} : { ChallengeAcknowledgement: true }),
    };
    return this.#answer(state.request, { isDone: true, result }, new PayloadCipher(key.plaintext));
  }

  /** There is no data key. */
  keyDenied(error: SsmError): HandshakeStep {
    const state = this.#state;
    if (state.kind !== 'asking') return { kind: 'none' };
    const reason = `Error calling KMS GenerateDataKey API: ${wordsOf(error.cause ?? error)}`;
    return this.#answer(state.request, failed('KMSEncryption', reason, error), undefined);
  }

  #answer(
    request: HandshakeRequest,
    encryption: Outcome | undefined,
    cipher: PayloadCipher | undefined,
  ): HandshakeStep {
    const actions = request.requestedClientActions;
    const firstEncryption = actions.find(isEncryption);
    const outcomes = actions.map((action) =>
      action === firstEncryption && encryption !== undefined ? encryption : outcomeOf(action),
    );
    const failures = outcomes.filter((outcome) => !outcome.isDone);
    const payload = encodeHandshakeResponse({
      clientVersion,
      processedClientActions: outcomes.map((outcome, index) => ({
        actionType: (actions[index] as RequestedClientAction).actionType,
        ...(outcome.isDone
          ? { actionStatus: ActionStatus.success, actionResult: outcome.result, error: '' }
          : outcome.entry),
      })),
      errors: failures.map(({ reason }) => reason),
    });
    const facts = { ...factsOf(request), isEncrypted: cipher !== undefined };
    this.#state = {
      kind: 'answered',
      facts,
      ...(cipher === undefined ? {} : { cipher }),
      isChallenged: false,
    };
    const [first] = failures;
    if (first !== undefined) return { kind: 'refuse', payload, error: first.error };
    return { kind: 'answer', payload, ...(cipher === undefined ? {} : { cipher }) };
  }

  /** An EncChallengeRequest: proof is wanted that the key is the right one. */
  challenged(payload: Uint8Array): HandshakeStep {
    const state = this.#state;
    // Once only: a way to have bytes decrypted and encrypted again must not stay open.
    if (state.kind !== 'answered' || state.isChallenged) return { kind: 'none' };
    if (state.cipher === undefined) return broken('a challenge in a session that is not encrypted');
    state.isChallenged = true;
    const encrypted = read(decodeEncryptionChallenge, payload);
    if (encrypted === undefined) return broken('a challenge that cannot be read');
    const challenge = state.cipher.decrypt(encrypted);
    if (challenge?.length !== challengeBytes) {
      const error = new SsmError('handshake-failed', "The agent's challenge does not fit the session's key.");
      return { kind: 'fail', error };
    }
    const answer = encodeEncryptionChallenge(state.cipher.encrypt(challenge, this.#options.newNonce()));
    return { kind: 'answer-challenge', payload: answer };
  }

  /** HandshakeComplete. It may come before the acknowledge of the response (section 15). */
  completed(payload: Uint8Array): HandshakeStep {
    const state = this.#state;
    if (state.kind === 'complete') return { kind: 'none' };
    if (state.kind !== 'answered') return broken('the end of a handshake that was not answered');
    const complete = read(decodeHandshakeComplete, payload);
    if (complete === undefined) return broken('an end that cannot be read');
    const { sessionType } = state.facts;
    if (sessionType === undefined) return broken('no session type');
    this.#state = { kind: 'complete' };
    const { customerMessage } = complete;
    return {
      kind: 'complete',
      facts: { properties: {}, isEncrypted: false, ...state.facts, sessionType, customerMessage },
    };
  }
}

function isEncryption(action: RequestedClientAction): boolean {
  return action.actionType === 'KMSEncryption';
}

function isModest({ requestedClientActions }: HandshakeRequest): boolean {
  return (
    requestedClientActions.length <= maxActions &&
    requestedClientActions.every(({ actionType }) => actionType.length <= maxActionTypeLength)
  );
}

function isSessionType(text: string): text is SessionType {
  return (sessionTypes as readonly string[]).includes(text);
}

/** What becomes of an action that needs nobody else. A second KMSEncryption is one that nobody knows what to do with. */
function outcomeOf(action: RequestedClientAction): Outcome {
  const { actionType } = action;
  if (actionType === 'SessionType') {
    const { sessionType } = readSessionTypeParameters(action.actionParameters);
    if (isSessionType(sessionType)) return { isDone: true, result: null };
    const error = new SsmError(
      'session-type-unsupported',
      'The session is of a kind that is not known here.',
    );
    return failed(actionType, `Unknown session type ${sessionType}`, error);
  }
  const reason = `Unsupported action ${actionType}`;
  return {
    isDone: false,
    entry: { actionStatus: ActionStatus.unsupported, actionResult: null, error: reason },
    reason,
    error: new SsmError(
      'handshake-failed',
      'The agent asked for a step of the handshake that is not known here.',
    ),
  };
}

function failed(actionType: string, words: string, error: SsmError): Outcome {
  const reason = words.slice(0, maxReasonLength);
  return {
    isDone: false,
    entry: {
      actionStatus: ActionStatus.failed,
      actionResult: null,
      error: `Failed to process action ${actionType}: ${reason}`,
    },
    reason,
    error,
  };
}

function factsOf(request: HandshakeRequest): Partial<SessionFacts> {
  const action = request.requestedClientActions.findLast(({ actionType }) => actionType === 'SessionType');
  const { sessionType, properties } = readSessionTypeParameters(action?.actionParameters);
  return {
    agentVersion: request.agentVersion,
    properties: Object.fromEntries(Object.entries(properties).filter(([, value]) => isScalar(value))),
    ...(isSessionType(sessionType) ? { sessionType } : {}),
  };
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** As the official client tells the agent. */
function wordsOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
}

/** What `decode` makes of `payload`; undefined where it refuses. */
function read<T>(decode: (payload: Uint8Array) => T, payload: Uint8Array): T | undefined {
  try {
    return decode(payload);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function broken(what: string): HandshakeStep {
  return { kind: 'fail', error: new SsmError('protocol', `In the handshake the agent sent ${what}.`) };
}
