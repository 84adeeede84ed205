import type { KMSClient, KMSClientConfig } from '@aws-sdk/client-kms';
import { AppError } from '../shared/errors.ts';
import type { CallContext } from './call-context.ts';
import { toAppError } from './errors.ts';
import { LazyClient } from './lazy-client.ts';

export interface DataKeyRequest {
  /** Key id, ARN or alias, as the agent named it. */
  keyId: string;
  encryptionContext: Readonly<Record<string, string>>;
}

/** `plaintext` encrypts the session: it goes to the data channel and nowhere else. `ciphertext` is for the agent. */
export interface DataKey {
  plaintext: Uint8Array;
  ciphertext: Uint8Array;
}

/** Two keys of 32 bytes, one for each direction (protocol notes, section 5.5). */
const dataKeyBytes = 64;

/** GenerateDataKey of KMS for encrypted sessions. The SDK's part for KMS is loaded with the first of them. */
export class DataKeys {
  readonly #client: LazyClient<KMSClient>;
  readonly #context: CallContext;
  readonly #abortSignal: AbortSignal;

  constructor(config: () => Promise<KMSClientConfig>, context: CallContext, abortSignal: AbortSignal) {
    this.#client = new LazyClient(async () => {
      const { KMSClient } = await import('@aws-sdk/client-kms');
      return new KMSClient(await config());
    });
    this.#context = context;
    this.#abortSignal = abortSignal;
  }

  /** Rejects with {@link AppError}: `kms-denied` and `kms-key-unusable` beside what any call can end with. */
  async generate({ keyId, encryptionContext }: DataKeyRequest): Promise<DataKey> {
    const { GenerateDataKeyCommand, KMSServiceException } = await import('@aws-sdk/client-kms');
    try {
      const client = await this.#client.get();
      const { Plaintext: plaintext, CiphertextBlob: ciphertext } = await client.send(
        new GenerateDataKeyCommand({
          KeyId: keyId,
          NumberOfBytes: dataKeyBytes,
          EncryptionContext: { ...encryptionContext },
        }),
        { abortSignal: this.#abortSignal },
      );
      // The SDK hands on what stands there, whatever its type says.
      if (isBytes(plaintext) && plaintext.length === dataKeyBytes && isBytes(ciphertext))
        return { plaintext, ciphertext };
      throw new AppError({
        code: 'endpoint-unreachable',
        attempted: this.#context.attempted,
        message: 'The answer to GenerateDataKey lacks the key.',
        hint: 'Check that the endpoint for KMS is that of the AWS Key Management Service.',
        retryable: false,
      });
    } catch (error) {
      throw toAppError(error, { ...this.#context, isOwn: (thrown) => thrown instanceof KMSServiceException });
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length > 0;
}
