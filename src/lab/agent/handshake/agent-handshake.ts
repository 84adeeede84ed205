import { randomBytes } from 'node:crypto';
import {
  ActionStatus,
  decodeHandshakeResponse,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
  type HandshakeResponse,
} from '../../../ssm/wire/handshake.ts';
import { isObject, member, parseObject, textMember } from '../../../ssm/wire/json-object.ts';
import { PayloadType } from '../../../ssm/wire/payload-type.ts';
import { WireError } from '../../../ssm/wire/wire-error.ts';
import type { Verdict } from '../agent-channel.ts';
import { errorOutput } from '../error-output.ts';
import { clientRules } from '../versions.ts';
import { BlockCipher, dataKeyBytes } from './block-cipher.ts';
import { NonceCounter } from './nonce-counter.ts';

/**
 * The handshake from the agent's side (protocol notes, sections 5.2 to 5.5). It has no timer: the owner starts one for
 * each `wait` effect and calls {@link AgentHandshake.timeOut} when it has run out.
 *
 * | state              | arrives                        | next                                              |
 * |--------------------|--------------------------------|---------------------------------------------------|
 * | awaiting-response  | response, an action not done   | failed                                            |
 * |                    | response, no encryption asked  | done: HandshakeComplete                           |
 * |                    | response with a data key       | awaiting-challenge: EncChallengeRequest           |
 * |                    | response without a usable one  | failed                                            |
 * | awaiting-challenge | the challenge, encrypted       | done: HandshakeComplete                           |
 * |                    | anything else for an answer    | refused: not acknowledged, so the time runs out   |
 * | both               | time-out                       | failed                                            |
 * | any other          | response                       | blocked: the official agent's reader hangs        |
 */
export type HandshakeEffect =
  | { kind: 'send'; payloadType: number; payload: Uint8Array }
  | { kind: 'wait' }
  | { kind: 'done'; clientVersion: string; cipher: BlockCipher | undefined }
  /** `output` is what the session's end tells the client. */
  | { kind: 'failed'; output: string };

export interface HandshakeOptions {
  agentVersion: string;
  sessionType: string;
  /** The document's properties for Port sessions, else null. */
  properties: unknown;
  encryption: HandshakeEncryption | undefined;
  /** Whether the document separates a command's outputs, which old clients cannot show. */
  separatesOutput: boolean;
  /** Fault: the client's answer is taken and nothing follows. */
  isNeverCompleted: boolean;
}

export interface HandshakeEncryption {
  keyId: string;
  /** Session and target; the agent adds the challenge where the client says it has. */
  context: Readonly<Record<string, string>>;
  /** Offer a random challenge for the context, and count nonces (agents since 3.3.808.0). */
  isChallenged: boolean;
  /** KMS Decrypt. Throws with the service's sentence. */
  decrypt(keyId: string, ciphertext: Uint8Array, context: Readonly<Record<string, string>>): Uint8Array;
  /** Fault: the challenge is encrypted with the wrong half of the key. */
  isWrong: boolean;
}

const challengeBytes = 64;
const randomChallengeBytes = 16;
const randomChallengeName = 'aws:ssm:RandomChallenge';
const failurePrefix = 'Encountered error while initiating handshake. ';
const encryptedMessage = 'This session is encrypted using AWS KMS.';
/** Our own words: the official sentence also asks for release 1.2.312.0 of the plugin or a later one. */
const updateMessage =
  'Please update the Session Manager plugin to 1.2.312.0 or later to see errors apart.\r\n';

/** What becomes of a session whose client never comes, or comes and never answers. */
export const handshakeTimedOut: HandshakeEffect = {
  kind: 'failed',
  output: errorOutput(
    `${failurePrefix}Handshake timed out. Please ensure that you have the latest version of the session manager plugin.`,
  ),
};

type State =
  | { kind: 'idle' }
  | { kind: 'awaiting-response' }
  | { kind: 'awaiting-challenge'; clientVersion: string; cipher: BlockCipher; challenge: Uint8Array }
  | { kind: 'over' };

export class AgentHandshake {
  readonly #options: HandshakeOptions;
  readonly #randomChallenge: string | undefined;
  #state: State = { kind: 'idle' };
  #beganAt = 0;

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#randomChallenge = options.encryption?.isChallenged
      ? randomBytes(randomChallengeBytes).toString('base64')
      : undefined;
  }

  /** `now` in milliseconds of any clock. */
  begin(now: number): HandshakeEffect[] {
    this.#beganAt = now;
    this.#state = { kind: 'awaiting-response' };
    const { agentVersion, sessionType, properties, encryption } = this.#options;
    const payload = encodeHandshakeRequest({
      agentVersion,
      requestedClientActions: [
        {
          actionType: 'SessionType',
          actionParameters: { SessionType: sessionType, Properties: properties },
        },
        ...(encryption
          ? [
              {
                actionType: 'KMSEncryption',
                actionParameters: {
                  KMSKeyId: encryption.keyId,
                  ...(this.#randomChallenge === undefined ? {} : { Challenge: this.#randomChallenge }),
                },
              },
            ]
          : []),
      ],
    });
    return [{ kind: 'send', payloadType: PayloadType.handshakeRequest, payload }, { kind: 'wait' }];
  }

  /**
   * A handshake payload of the client whose turn it is. The effects are for after the verdict, so that the acknowledge
   * goes out first.
   */
  receive(
    payloadType: number,
    payload: Uint8Array,
    now: number,
  ): { verdict: Verdict; effects: HandshakeEffect[] } {
    const state = this.#state;
    if (payloadType === PayloadType.handshakeResponse) {
      if (state.kind !== 'awaiting-response') return { verdict: 'blocked', effects: [] };
      const response = unlessMalformed(() => decodeHandshakeResponse(payload));
      if (!response) return { verdict: 'refused', effects: [] };
      return { verdict: 'taken', effects: this.#onResponse(response, now) };
    }
    if (state.kind !== 'awaiting-challenge') return { verdict: 'refused', effects: [] };
    const answer = unlessMalformed(() =>
      textMember(parseObject(payload, 'EncChallengeResponse'), 'Challenge'),
    );
    const plaintext = answer === undefined ? undefined : state.cipher.decrypt(Buffer.from(answer, 'base64'));
    if (!plaintext || !Buffer.from(state.challenge).equals(plaintext))
      return { verdict: 'refused', effects: [] };
    return { verdict: 'taken', effects: this.#complete(state.clientVersion, state.cipher, now) };
  }

  timeOut(): HandshakeEffect[] {
    switch (this.#state.kind) {
      case 'awaiting-response':
        this.#state = { kind: 'over' };
        return [handshakeTimedOut];
      case 'awaiting-challenge':
        return this.#fail('Timed out waiting for encryption challenge.');
      default:
        return [];
    }
  }

  #onResponse(response: HandshakeResponse, now: number): HandshakeEffect[] {
    if (this.#options.isNeverCompleted) {
      this.#state = { kind: 'over' };
      return [];
    }
    const notDone = response.processedClientActions.find(
      ({ actionStatus }) => actionStatus !== ActionStatus.success,
    );
    if (notDone) {
      const { actionType, actionStatus, error } = notDone;
      return this.#fail(`${actionType} failed on client with status ${actionStatus} error: ${error}`);
    }
    const { encryption } = this.#options;
    if (!encryption) return this.#complete(response.clientVersion, undefined, now);
    return this.#challenge(response, encryption);
  }

  #challenge(response: HandshakeResponse, encryption: HandshakeEncryption): HandshakeEffect[] {
    const action = response.processedClientActions.find(({ actionType }) => actionType === 'KMSEncryption');
    const result = action && isObject(action.actionResult) ? action.actionResult : {};
    const ciphertext = member(result, 'KMSCipherTextKey');
    const isAcknowledged =
      this.#randomChallenge !== undefined && member(result, 'ChallengeAcknowledgement') === true;
    const context = {
      ...encryption.context,
      ...(isAcknowledged ? { [randomChallengeName]: this.#randomChallenge ?? '' } : {}),
    };
    let dataKey: Uint8Array;
    try {
      const blob = Buffer.from(typeof ciphertext === 'string' ? ciphertext : '', 'base64');
      dataKey = encryption.decrypt(encryption.keyId, blob, context);
      if (dataKey.length !== dataKeyBytes) throw new Error(`the data key has ${dataKey.length} bytes`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      return this.#fail(
        `Fetching data key failed: Unable to retrieve data key, Error when decrypting data key ${reason}`,
      );
    }
    const counter = NonceCounter.random();
    const nextNonce = encryption.isChallenged ? () => counter.next() : () => randomBytes(12);
    const cipher = new BlockCipher(dataKey, nextNonce);
    const challenge = randomBytes(challengeBytes);
    this.#state = {
      kind: 'awaiting-challenge',
      clientVersion: response.clientVersion,
      cipher,
      challenge,
    };
    const used = encryption.isWrong ? new BlockCipher(swapHalves(dataKey), nextNonce) : cipher;
    const payload = Buffer.from(
      JSON.stringify({ Challenge: Buffer.from(used.encrypt(challenge)).toString('base64') }),
    );
    return [{ kind: 'send', payloadType: PayloadType.encChallengeRequest, payload }, { kind: 'wait' }];
  }

  #complete(clientVersion: string, cipher: BlockCipher | undefined, now: number): HandshakeEffect[] {
    this.#state = { kind: 'over' };
    const update =
      this.#options.separatesOutput && clientRules.isTooOldForSeparatedOutput(clientVersion)
        ? updateMessage
        : '';
    const payload = encodeHandshakeComplete({
      handshakeTimeToComplete: Math.round((now - this.#beganAt) * 1_000_000),
      customerMessage: `${update}${cipher ? encryptedMessage : ''}`,
    });
    return [
      { kind: 'send', payloadType: PayloadType.handshakeComplete, payload },
      { kind: 'done', clientVersion, cipher },
    ];
  }

  #fail(reason: string): HandshakeEffect[] {
    this.#state = { kind: 'over' };
    return [{ kind: 'failed', output: errorOutput(failurePrefix + reason) }];
  }
}

function swapHalves(key: Uint8Array): Uint8Array {
  return Buffer.concat([key.subarray(dataKeyBytes / 2), key.subarray(0, dataKeyBytes / 2)]);
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
