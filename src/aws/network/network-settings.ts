/**
 * How one profile reaches AWS, beside what the shared config file and the environment say. What is absent is left to them
 * and to the SDK. Plain values, so that it can be handed to a worker thread; `proxy.password` is a secret.
 */
export interface NetworkSettings {
  /** Instead of the Region's own, such as VPC endpoints. http: for this machine only. */
  endpoints?: {
    ssm?: string;
    ssmmessages?: string;
    kms?: string;
    ec2?: string;
    ecs?: string;
    tagging?: string;
    sts?: string;
  };
  /** HTTPS_PROXY and NO_PROXY where absent. This machine itself is never reached through a proxy. */
  proxy?: ProxySettings;
  /** Certificates in PEM that are trusted beside those of the system, for a proxy that inspects TLS. */
  caCertificates?: string;
  useFips?: boolean;
  useDualstack?: boolean;
  retryMode?: 'standard' | 'adaptive';
  /** Attempts per call, the first one included. */
  maxAttempts?: number;
  /** Waiting for a connection, and for an answer on it. */
  timeouts?: { connectMs: number; answerMs: number };
}

export type ProxySettings =
  | { kind: 'environment' }
  | { kind: 'none' }
  /** An http: or https: URL of a proxy that answers CONNECT. */
  | { kind: 'url'; url: string; username?: string; password?: string };
