import type { ControlPlane } from '../../aws/control-plane.ts';
import { SsmError } from '../../ssm/ssm-error.ts';
import type { SessionService } from '../session/session-service.ts';
import type { PluginStart } from './plugin-call.ts';

/**
 * The service for a session that the AWS CLI has started. The SDK takes longer to load than a session takes to open, and most
 * sessions need nothing of it but their end; so it is loaded with the first call.
 *
 * For the same reason the first connection is not signed, as the official plugin's is not: the token admits us. Those after it
 * are, since the SDK has had to ask for their tokens anyway.
 */
export class PluginService implements SessionService {
  readonly #start: PluginStart;
  readonly #environment: NodeJS.ProcessEnv;
  #plane: Promise<ControlPlane> | undefined;
  /** The one in {@link #plane}, once loaded. */
  #loaded: ControlPlane | undefined;

  constructor(start: PluginStart, environment: NodeJS.ProcessEnv) {
    this.#start = start;
    this.#environment = environment;
  }

  async resume(): Promise<{ tokenValue: string; streamUrl?: string }> {
    return (await this.#load()).resumeSession(this.#start.session.sessionId);
  }

  classifyResumeError(error: unknown): 'gone' | 'unauthorised' | 'retry' {
    return this.#loaded?.classifyResumeError(error) ?? 'retry';
  }

  async signUpgrade(url: string): Promise<Record<string, string>> {
    return (await this.#loaded?.signUpgrade(url)) ?? {};
  }

  /** An old AWS CLI does not say who the target is, which is part of what the key is bound to. */
  readonly generateDataKey: NonNullable<SessionService['generateDataKey']> = async (request) => {
    if (this.#start.target === undefined)
      throw new SsmError(
        'kms-unavailable',
        'The session is encrypted, and this AWS CLI is too old for that. Update it.',
      );
    return (await this.#load()).generateDataKey(request);
  };

  async terminate(): Promise<void> {
    await (await this.#load()).terminateSession(this.#start.session.sessionId);
  }

  renew(): void {
    this.close();
  }

  close(): void {
    this.#loaded?.close();
    this.#loaded = undefined;
    this.#plane = undefined;
  }

  #load(): Promise<ControlPlane> {
    this.#plane ??= this.#create();
    return this.#plane;
  }

  async #create(): Promise<ControlPlane> {
    const { createPluginPlane } = await import('./plugin-plane.ts');
    this.#loaded = createPluginPlane(this.#start, this.#environment);
    return this.#loaded;
  }
}
