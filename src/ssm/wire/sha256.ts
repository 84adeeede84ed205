import * as crypto from 'node:crypto';

/**
 * SHA-256 of `bytes`, 32 raw bytes.
 *
 * The one-shot `crypto.hash` saves about a microsecond a message over a hash object. Node has it since 20.12, but a
 * runtime built on another crypto library may not, hence the test at load.
 */
export const sha256: (bytes: Uint8Array) => Buffer =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'buffer')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest();
