import type { DocumentParameters, Profile } from '../../shared/models.ts';
import { noFigures } from '../../shared/stopped-tunnel.ts';
import type { Tunnel, TunnelDestination, TunnelStatus } from '../../shared/tunnels.ts';
import type { ListeningAddress, TunnelBytes, TunnelFigures } from '../bytes/session-bytes.ts';
import { placeOf, SessionLife, type SessionSurroundings } from '../sessions/session-life.ts';

export interface TunnelRunOptions {
  key: string;
  tunnel: Tunnel;
  profile: Profile;
  surroundings: SessionSurroundings;
  tunnelOf(key: string, onFigures: (figures: TunnelFigures) => void): TunnelBytes;
  onChanged(status: TunnelStatus): void;
}

/** A tunnel from one start to its end: its session, its listener and its figures. */
export class TunnelRun {
  readonly life: SessionLife;
  readonly #tunnelId: string;
  readonly #onChanged: (status: TunnelStatus) => void;
  #figures: TunnelFigures = noFigures;
  #listening: ListeningAddress | undefined;
  #isStopping = false;
  #isOver = false;

  constructor({ key, tunnel, profile, surroundings, tunnelOf, onChanged }: TunnelRunOptions) {
    const { destination, local, reason } = tunnel;
    this.#tunnelId = tunnel.id;
    this.#onChanged = onChanged;
    const bytes = tunnelOf(key, (figures) => {
      this.#figures = figures;
      this.#changed();
    });
    const documentName = documentFor(destination);
    this.life = new SessionLife(
      {
        key,
        kind: 'tunnel',
        profile,
        place: {
          ...placeOf(tunnel),
          documentName,
          ...(reason === undefined ? {} : { reason }),
        },
        remoteAddress: addressOf(destination),
        sessionTypes: ['Port'],
        carrier: bytes,
        prepare: async () => {
          const listening = await bytes.listen({ host: local.host, port: local.port });
          this.#listening = listening;
          this.life.note({ localAddress: hostAndPort(listening.host, listening.port) });
          this.#changed();
          return {
            documentName,
            ...(reason === undefined ? {} : { reason }),
            parameters: parametersFor(destination, listening.port),
          };
        },
      },
      surroundings,
      {
        onChanged: () => {
          if (this.life.isEnded) this.#ended(bytes);
          this.#changed();
        },
      },
    );
  }

  /** Resolves when it has ended here and nothing listens any more. */
  async stop(): Promise<void> {
    if (!this.life.isEnded && !this.#isStopping) {
      this.#isStopping = true;
      this.#changed();
    }
    await this.life.end();
  }

  status(): TunnelStatus {
    return {
      tunnelId: this.#tunnelId,
      state: this.life.state,
      ...(this.#isStopping && !this.#isOver ? { isStopping: true } : {}),
      session: this.life.facts(),
      ...this.life.remarks(),
      ...(this.#listening === undefined ? {} : { listening: this.#listening }),
      ...this.#figures,
    };
  }

  /** The figures stay as they were, but nothing is open or moves any more. */
  #ended(bytes: TunnelBytes): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listening = undefined;
    this.#figures = {
      ...this.#figures,
      connections: [],
      openConnections: 0,
      upPerSecond: 0,
      downPerSecond: 0,
    };
    bytes.dispose();
  }

  #changed(): void {
    this.#onChanged(this.status());
  }
}

/** The service's own documents for tunnels (protocol notes, section 9.1). */
function documentFor(destination: TunnelDestination): string {
  return destination.kind === 'node-port'
    ? 'AWS-StartPortForwardingSession'
    : 'AWS-StartPortForwardingSessionToRemoteHost';
}

/** Texts all: a number would fail the session (trap 48). The local port is told for whoever reads the service's records. */
function parametersFor(destination: TunnelDestination, localPort: number): DocumentParameters {
  return {
    portNumber: [String(destination.port)],
    localPortNumber: [String(localPort)],
    ...(destination.kind === 'remote-host' ? { host: [destination.host] } : {}),
  };
}

function addressOf(destination: TunnelDestination): string {
  return destination.kind === 'node-port'
    ? `port ${destination.port}`
    : hostAndPort(destination.host, destination.port);
}

const hostAndPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
