/** What ended or blocked a session, as a code a program can branch on. */
export type SsmErrorCode =
  /** The stream URL would carry the token unencrypted to another machine. */
  | 'insecure-endpoint'
  /** The stream URL is not one that can be used exactly as it was given. */
  | 'bad-stream-url'
  /** The first connection cannot be made, and trying again would not help; the cause says why. */
  | 'connection-barred'
  /** The agent asked for a handshake step that this client does not know. */
  | 'handshake-failed'
  /** The handshake did not come to its end in time. */
  | 'handshake-timeout'
  /** The agent named a kind of session that this client does not know. */
  | 'session-type-unsupported'
  /** The session is encrypted, and there is no way here to get a data key. */
  | 'kms-unavailable'
  /** KMS refused the data key of an encrypted session; the cause is its answer. */
  | 'kms-denied'
  /** Another program uses the local port or path of a tunnel. */
  | 'port-busy'
  /** The system does not let this program use the local port or path. */
  | 'port-denied'
  /** The local address of a tunnel is not one of this computer. */
  | 'address-unavailable'
  /** The agent sent something that the protocol does not allow and that sending again cannot mend. */
  | 'protocol'
  /** The session may not be resumed with the credentials at hand. */
  | 'unauthorised';

/** Holds no token, no URL and nothing a person typed or a remote shell printed; `cause` may, and stays in the process. */
export class SsmError extends Error {
  readonly code: SsmErrorCode;

  constructor(code: SsmErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SsmError';
    this.code = code;
  }
}
