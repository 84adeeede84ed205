import type { ControlPlane } from '../../aws/control-plane.ts';
import { AppError } from '../../shared/errors.ts';
import type { Profile } from '../../shared/models.ts';
import { accessAnew, isDenied } from '../approvals/access-errors.ts';
import type { SessionAccess } from '../approvals/session-access.ts';
import type { Connect, Connection } from '../connection.ts';

/**
 * What one session calls the service over: its connection, and a new one where that one's credentials, approval or service are no
 * longer the current ones. It owns the connection's control plane.
 */
export class ServiceLink {
  readonly #connect: Connect;
  readonly #access: SessionAccess;
  #profile: Profile;
  #connection: Connection | undefined;
  /** The next call looks the credentials up anew. */
  #wantsFreshCredentials = false;
  #isOver = false;

  constructor(connect: Connect, access: SessionAccess, profile: Profile) {
    this.#connect = connect;
    this.#access = access;
    this.#profile = profile;
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** The profile as it connects to the target's Region. */
  get profile(): Profile {
    return this.#profile;
  }

  hold(connection: Connection, profile: Profile): void {
    this.#connection = connection;
    this.#profile = profile;
  }

  lookCredentialsUpAnew(): void {
    this.#wantsFreshCredentials = true;
  }

  /**
   * Calls the service. Credentials that it does not take any more, though they should last, are looked up anew once: somebody
   * may have signed in since, and if not, that is what has to be told.
   */
  async call<T>(work: (controlPlane: ControlPlane) => Promise<T>): Promise<T> {
    const { controlPlane } = await this.#current();
    try {
      return await work(controlPlane);
    } catch (error) {
      if (this.#isOver) throw error;
      if (this.#access.grant !== undefined && (isDenied(error) || hasRunOut(error))) this.#access.lost();
      else if (!hasRunOut(error)) throw error;
      this.#wantsFreshCredentials = true;
      return work((await this.#current()).controlPlane);
    }
  }

  /** Where an approval has run out, the profile's own keys may do, or the approval goes on with new ones; else it takes a new one. */
  async resume(sessionId: string, target: string): ReturnType<ControlPlane['resumeSession']> {
    const resume = (): ReturnType<ControlPlane['resumeSession']> =>
      this.call((controlPlane) => controlPlane.resumeSession(sessionId));
    try {
      return await resume();
    } catch (error) {
      if (!this.#access.wasApproved || !isDenied(error)) throw error;
      if (await this.#access.renew()) {
        await this.connectAnew();
        return resume();
      }
      throw accessAnew(target);
    }
  }

  async connectAnew(): Promise<Connection> {
    const held = this.#connection;
    const fresh = await this.#connect(this.#profile, this.#access.grant);
    held?.controlPlane.close();
    this.#connection = fresh;
    this.#wantsFreshCredentials = false;
    if (this.#isOver) this.letGo();
    return fresh;
  }

  letGo(): void {
    this.#connection?.controlPlane.close();
    this.#connection = undefined;
  }

  /** The session has ended: nothing is tried anew, and a connection that still comes is let go. */
  over(): void {
    this.#isOver = true;
  }

  async #current(): Promise<Connection> {
    const held = this.#connection;
    const isCurrent = this.#access.stillHolds() && !this.#wantsFreshCredentials;
    return held !== undefined && !held.isStale() && isCurrent ? held : this.connectAnew();
  }
}

/** The service does not take the credentials any more. */
export const hasRunOut = (error: unknown): boolean =>
  error instanceof AppError && error.data.code === 'credentials-expired';
