import { safeStorage } from 'electron';
import type { KeyStore } from './secret-store.ts';

/** Keychain, DPAPI, GNOME Keyring or KWallet. Without one of them, Chromium on Linux would encrypt with a key that stands in its sources. */
export const systemKeyStore: KeyStore = {
  isReal: () =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  encrypt: (text) => safeStorage.encryptString(text),
  decrypt: (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
};
