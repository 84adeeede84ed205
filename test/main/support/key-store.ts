import type { KeyStore } from '../../../src/main/secrets/secret-store.ts';

/** A key store whose encryption turns the text round: enough to see that what is on the disk is not what was typed. */
export const mirrorKeyStore: KeyStore = {
  isReal: () => true,
  encrypt: (text) => Buffer.from(text).reverse(),
  decrypt: (bytes) => Buffer.from(bytes).reverse().toString(),
};
