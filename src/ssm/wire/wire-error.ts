/** Why bytes were refused. Reading and writing share the codes; {@link WireError.field} says where. */
export type WireErrorCode =
  /** Fewer bytes than the fixed header, or the payload would start beyond the end. */
  | 'truncated'
  /** A field that must be present is zero or empty. */
  | 'missing'
  /** A value that this field cannot hold. */
  | 'out-of-range'
  /** SHA-256 of the payload differs from the digest in the header. */
  | 'digest-mismatch'
  /** The payload is not a JSON object in UTF-8. */
  | 'not-json'
  /** A JSON member of another type than the protocol gives it. */
  | 'wrong-type';

/**
 * A message that does not follow the protocol. Holds names only, never bytes of the message: what a remote shell printed
 * must not reach an error text.
 */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly field: string;

  constructor(code: WireErrorCode, field: string) {
    super(`${field}: ${code}`);
    this.name = 'WireError';
    this.code = code;
    this.field = field;
  }
}
