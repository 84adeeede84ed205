import type { AwsCredentialIdentity } from '@aws-sdk/types';

/** A session is given out until so shortly before its end: a code of a device is not asked for earlier than it must. */
const lastUseMs = 30_000;

/**
 * Sessions of roles that cost a code of a device, in memory until they run out, for the whole process: a code is asked for
 * once, however many connections run under the role.
 */
export class RoleSessions {
  readonly #now: () => number;
  readonly #known = new Map<string, AwsCredentialIdentity>();
  readonly #underWay = new Map<string, Promise<AwsCredentialIdentity>>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * The session, known or opened. Callers at the same time wait for one of them; where that one is refused, the next asks for
   * itself, since who has to be told differs from caller to caller.
   */
  async get(key: string, open: () => Promise<AwsCredentialIdentity>): Promise<AwsCredentialIdentity> {
    for (;;) {
      const known = this.#known.get(key);
      if (known !== undefined && this.#isGood(known)) return known;
      this.#known.delete(key);
      const other = this.#underWay.get(key);
      if (other === undefined) break;
      await other.catch(() => undefined);
    }
    const opening = open();
    this.#underWay.set(key, opening);
    try {
      const session = await opening;
      this.#known.set(key, session);
      return session;
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** The service does not take these keys any more. */
  forget(accessKeyId: string): void {
    for (const [key, session] of this.#known) {
      if (session.accessKeyId === accessKeyId) this.#known.delete(key);
    }
  }

  #isGood({ expiration }: AwsCredentialIdentity): boolean {
    return expiration === undefined || expiration.getTime() - this.#now() > lastUseMs;
  }
}
