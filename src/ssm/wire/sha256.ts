import * as crypto from 'node:crypto';

/**
 * SHA-256 of `bytes` as a text of 32 characters, one for each byte (`binary`, which is latin1).
 *
 * Every message that arrives costs two of these. The one-shot `crypto.hash` is several times faster than a hash object,
 * and with a text for its result it spares a buffer each time. Node has it since 20.12, but a runtime built on another
 * crypto library may not, hence the test at load.
 */
export const sha256: (bytes: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'binary')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest('binary');
