import { describe, expect, it } from 'vitest';
import { PayloadCipher } from '../../../src/ssm/channel/payload-cipher.ts';
import { agentCipher, dataKey } from '../support/handshakes.ts';

const nonce = Uint8Array.from({ length: 12 }, (_, index) => index);
const hello = Buffer.from('hello');
const fromAgent = Buffer.from('000102030405060708090a0b2f67ba77aa2797ff353b8a046d28236dcd9d057bbb', 'hex');
const fromClient = Buffer.from('000102030405060708090a0b343731cb25fb6b6d50e4ed83c749b851c5fa918ab5', 'hex');

describe('the cipher of a session', () => {
  it('V3: encrypts to the official bytes, with the half of the key that is ours', () => {
    expect(new PayloadCipher(dataKey.plaintext).encrypt(hello, nonce)).toEqual(fromClient);
    expect(agentCipher().encrypt(hello, nonce)).toEqual(fromAgent);
  });

  it('V3: decrypts the official bytes, with the half that is the agent’s', () => {
    expect(new PayloadCipher(dataKey.plaintext).decrypt(fromAgent)).toEqual(hello);
    expect(new PayloadCipher(dataKey.plaintext).decrypt(fromClient)).toBeUndefined();
  });

  it('refuses whatever was changed, at any byte, and whatever is too short', () => {
    const cipher = new PayloadCipher(dataKey.plaintext);
    for (let index = 0; index < fromAgent.length; index += 1) {
      const changed = Buffer.from(fromAgent);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(cipher.decrypt(changed), `byte ${index}`).toBeUndefined();
      expect(cipher.decrypt(fromAgent.subarray(0, index)), `length ${index}`).toBeUndefined();
    }
  });
});
