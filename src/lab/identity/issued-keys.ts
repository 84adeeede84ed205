import { randomBytes } from 'node:crypto';

/** Temporary keys that the lab has handed out: what a request that is signed with them is checked against. */
export interface IssuedKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Epoch milliseconds. */
  expiresAt: number;
  /** Who a call with them comes from. */
  arn: string;
  /** Of an approval: the only node that they are for. */
  nodeId: string | undefined;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Issued keys are remembered up to this many, oldest forgotten first. */
const remembered = 10_000;

export class IssuedKeys {
  readonly #byId = new Map<string, IssuedKey>();

  issue(arn: string, expiresAt: number, nodeId?: string): IssuedKey {
    const id = Array.from(randomBytes(13), (byte) => letters[byte % letters.length]).join('');
    const key: IssuedKey = {
      accessKeyId: `ASIALAB${id}`,
      // As long as real ones; whoever looks for one that has got somewhere knows it by its beginning.
      secretAccessKey: `LabSecret${randomBytes(24).toString('base64').slice(0, 31)}`,
      sessionToken: `IQoJ${randomBytes(240).toString('base64')}`,
      expiresAt,
      arn,
      nodeId,
    };
    this.#byId.set(key.accessKeyId, key);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > remembered && oldest !== undefined) this.#byId.delete(oldest);
    return key;
  }

  find(accessKeyId: string): IssuedKey | undefined {
    return this.#byId.get(accessKeyId);
  }

  /** Those of approvals for this node have run out. */
  expireNode(nodeId: string, now: number): void {
    for (const key of this.#byId.values()) {
      if (key.nodeId === nodeId) key.expiresAt = Math.min(key.expiresAt, now);
    }
  }

  /** All of them have run out. */
  expireAll(now: number): void {
    for (const key of this.#byId.values()) key.expiresAt = Math.min(key.expiresAt, now);
  }
}
