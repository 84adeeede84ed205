import type { DataKey, DataKeyRequest } from '../../ssm/channel/channel-types.ts';

/** What one session needs of the service while it runs. */
export interface SessionService {
  /** An empty `tokenValue` says that the session is gone. */
  resume(): Promise<{ tokenValue: string; streamUrl?: string }>;
  classifyResumeError(error: unknown): 'gone' | 'unauthorised' | 'retry';
  signUpgrade(url: string): Promise<Record<string, string>>;
  /** Absent: an encrypted session is refused. */
  generateDataKey?(request: DataKeyRequest): Promise<DataKey>;
  terminate(): Promise<void>;
  /** There may be new credentials: those in use are looked up anew. */
  renew(): void;
}
