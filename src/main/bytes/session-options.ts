import { channelRefusal } from '../../aws/network/channel-refusal.ts';
import { tunnelAgent } from '../../aws/network/tunnel-agent.ts';
import type { ChannelState } from '../../ssm/channel/channel-types.ts';
import type { SessionOptions } from '../../ssm/node/open-session.ts';
import { toChannelFacts } from './channel-facts.ts';
import { toChannelNews } from './channel-news.ts';
import type { ChannelOptions } from './session-bytes.ts';

type CommonOptions = Pick<
  SessionOptions,
  | 'sessionId'
  | 'tokenValue'
  | 'streamUrl'
  | 'target'
  | 'handshake'
  | 'resume'
  | 'classifyResumeError'
  | 'signUpgrade'
  | 'agent'
  | 'explainBarred'
  | 'generateDataKey'
  | 'onEstablished'
  | 'onState'
>;

/**
 * What the driver is told of a session of any kind.
 *
 * @param onEnded called before the end is told
 */
export function toSessionOptions(options: ChannelOptions, onEnded: () => void): CommonOptions {
  const { onNews, tunnel, ...given } = options;
  const agent = tunnelAgent(tunnel ?? {});
  return {
    ...given,
    ...(agent && { agent }),
    explainBarred: (error) => Promise.resolve(channelRefusal(error)),
    onEstablished: (facts) => onNews({ kind: 'established', facts: toChannelFacts(facts) }),
    onState: (state: ChannelState) => {
      if (state.kind === 'ended') onEnded();
      onNews(toChannelNews(state));
    },
  };
}
