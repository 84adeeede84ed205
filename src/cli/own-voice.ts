import { describeAddress } from '../ssm/node/port/local-address.ts';
import type { ConnectRequest } from './command-line.ts';
import type { NoticeWriter } from './session/screen.ts';
import type { Voice } from './session/voice.ts';

/** What the CLI says, all of it on standard error. */
export function ownVoice(notices: NoticeWriter, sessionId: string, request: ConnectRequest): Voice {
  const destination = (): string => {
    const { portNumber, host } = request.parameters ?? {};
    const port = portNumber?.[0] === undefined ? 'a port' : `port ${portNumber[0]}`;
    return host?.[0] === undefined
      ? `${port} of ${request.target}`
      : `${port} of ${host[0]} by way of ${request.target}`;
  };
  return {
    ...notices,
    attached: () =>
      notices.tell([`session ${sessionId} on ${request.target}; Enter ~. ends it, Enter ~? lists keys`]),
    agentSays(message, sessionType) {
      // Standard error of a command belongs to the command.
      if (sessionType !== 'NonInteractiveCommands') notices.tell([message]);
    },
    listening: (address) =>
      notices.tell([
        `session ${sessionId}: listening on ${describeAddress(address)} for ${destination()}; Ctrl-C ends it`,
      ]),
    connectionNews(news) {
      if (news.kind === 'refused') notices.tell([`connection ${news.id}: ${news.message}`]);
    },
    exitCode: () => undefined,
  };
}
