import type { TerminalSize } from '../wire/size.ts';
import { Handshake, type HandshakeOptions } from './handshake.ts';
import { Incoming } from './incoming.ts';
import type { ChannelLimits } from './limits.ts';
import { Outgoing } from './outgoing.ts';

export interface ChannelOptions extends HandshakeOptions {
  /** From StartSession. */
  tokenValue: string;
  /** From StartSession; goes into the effect `open-socket` as it is. */
  streamUrl: string;
  /** UUID of this client, one for the life of the session. */
  clientId: string;
  /** Sent first of all once the channel is open; absent where there is no terminal. */
  size?: TerminalSize;
  /** What is known of the session document: whether a handshake comes, which decides when input may go out. */
  handshake: 'none' | 'expected' | 'unknown';
  /** A new UUID with each call. */
  newMessageId: () => string;
  /** Numbers in [0, 1), for the jitter of the resume policy. */
  random: () => number;
  limits?: ChannelLimits;
}

/** The pieces a channel is made of; tests put broken ones in, to see that the other tests notice. */
export interface ChannelParts {
  makeOutgoing(limits: ChannelLimits): Outgoing;
  makeIncoming(limits: ChannelLimits): Incoming;
  makeHandshake(options: HandshakeOptions): Handshake;
}

export const channelParts: ChannelParts = {
  makeOutgoing: (limits) => new Outgoing(limits.outgoingMessages, limits.outgoingBytes),
  makeIncoming: (limits) => new Incoming(limits.incomingMessages, limits.incomingBytes),
  makeHandshake: (options) => new Handshake(options),
};
