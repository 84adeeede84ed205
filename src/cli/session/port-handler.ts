import type { ChannelState, SessionFacts } from '../../ssm/channel/channel-types.ts';
import type { SessionOptions } from '../../ssm/node/open-session.ts';
import { listenLocally } from '../../ssm/node/port/listen-locally.ts';
import type { LocalAddress } from '../../ssm/node/port/local-address.ts';
import { openPortSession } from '../../ssm/node/port/open-port-session.ts';
import type { PortSession, PortSide } from '../../ssm/node/port/port-types.ts';
import { systemClock } from '../../ssm/node/system-clock.ts';
import { choosePortVariant, type PortVariant, portProperty } from '../../ssm/port/variant.ts';
import { exitCode } from '../exit-code.ts';
import type { HandlerContext, HandlerKind, SessionHandler } from './session-handler.ts';

/** A tunnel with its listener, or one stream such as SSH over our own standard input and output. */
export class PortHandler implements SessionHandler {
  readonly kind: HandlerKind;
  readonly #context: HandlerContext;
  readonly #port: PortSession;
  /** Where the port session wants to be told what the channel tells. */
  #receiver: SessionOptions;

  /** @param facts of the handshake, which is over: the session is live */
  constructor(context: HandlerContext, facts: SessionFacts) {
    this.#context = context;
    this.#receiver = context.options;
    const variant = choosePortVariant(facts);
    this.kind = variant === 'stream' && context.listener === undefined ? 'stream' : 'tunnel';
    this.#port = openPortSession(
      {
        ...context.options,
        // Who asks has just been told.
        onEstablished: () => undefined,
        side: () => this.#side(variant, facts),
        onConnection: (news) => context.voice.connectionNews(news, variant),
        onState: (state) => context.report(state),
      },
      systemClock,
      (options) => {
        this.#receiver = options;
        return context.session;
      },
    );
    this.#receiver.onState({ kind: 'live' });
    this.#receiver.onEstablished?.(facts);
  }

  onOutput(bytes: Uint8Array): void {
    this.#receiver.onOutput(bytes);
  }

  onStdErr(bytes: Uint8Array): void {
    this.#receiver.onStdErr?.(bytes);
  }

  onExitCode(): void {}

  onFlag(flag: number): void {
    this.#receiver.onFlag?.(flag);
  }

  onDrain(): void {
    this.#receiver.onDrain();
  }

  onState(state: ChannelState): void {
    this.#receiver.onState(state);
  }

  claimsSignal(): boolean {
    return false;
  }

  codeAtEnd(): number {
    return exitCode.ended;
  }

  async close(): Promise<void> {
    await this.#port.end();
  }

  async #side(variant: PortVariant, facts: SessionFacts): Promise<PortSide> {
    const { host, listener, voice } = this.#context;
    if (this.kind === 'stream') return { kind: 'stream', input: host.stdin, output: host.stdout };
    const open = listener ?? (await listenLocally(wantedAddress(facts)));
    // A listener for a session of the other kind is refused by the port session, which says so.
    if (variant !== 'stream') voice.listening(open.address);
    return { kind: 'listener', listener: open };
  }
}

/**
 * What the session document says (protocol notes, section 6.4). The official client listens on `localhost`, which is one
 * of two addresses; ours is always the same one (trap 44).
 */
function wantedAddress({ properties }: SessionFacts): LocalAddress {
  if (portProperty(properties, 'localConnectionType') === 'unix')
    return { kind: 'unix', path: portProperty(properties, 'localUnixSocket') ?? '' };
  const port = Number(portProperty(properties, 'localPortNumber') ?? '0');
  return {
    kind: 'tcp',
    host: '127.0.0.1',
    port: Number.isInteger(port) && port >= 0 && port < 65_536 ? port : 0,
  };
}
