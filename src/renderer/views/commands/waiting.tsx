import { Info } from 'lucide-react';
import type { CommandRun } from '../../../shared/commands.ts';
import { firstAgentForCommands, isTooOldForCommands } from '../../runs/agent-age.ts';
import { remoteText } from '../../words/remote-text.ts';
import { Trouble } from '../session-trouble.tsx';
import { useNodeFact } from '../use-app.ts';

/** An agent answers within a second or two, unless it has never heard of commands. */
const patienceMs = 8_000;

/** Why a command that was begun may not have begun to run: its agent says nothing. */
export function Waiting({ run, now }: { readonly run: CommandRun; readonly now: number }) {
  const agent = useNodeFact((nodes) => nodes.find(run.profileId, run.target)?.node.agentVersion);
  if (run.state.kind !== 'live' || run.channel !== undefined) return null;
  const isTooOld = isTooOldForCommands(agent);
  if (!isTooOld && now - run.startedAt < patienceMs) return null;
  return (
    <Trouble tone="attention" icon={<Info className="icon" aria-hidden />}>
      <span>
        <b>The node’s agent has not answered yet.</b>{' '}
        {isTooOld
          ? `It is ${remoteText(agent ?? '')}, too old for commands: ${firstAgentForCommands} is the first that runs them. A shell may work.`
          : `An agent before ${firstAgentForCommands} does not know commands.`}{' '}
        After a minute the session is ended.
      </span>
    </Trouble>
  );
}
