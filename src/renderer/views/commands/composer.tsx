import { Play } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { RunCommandRequest } from '../../../shared/commands.ts';
import { isProduction } from '../../actions/command-actions.ts';
import { firstAgentForCommands, isTooOldForCommands } from '../../runs/agent-age.ts';
import { forShell } from '../../runs/shell-words.ts';
import type { CommandDraft } from '../../state/commands.ts';
import { NodePicker } from '../node-picker.tsx';
import { useApp, useAppState, useNodeFact } from '../use-app.ts';

/** StartSession's own bound. */
const reasonLimit = 256;

/** What the draft asks for; undefined while something is missing. */
function requestOf(
  { node, text, reason, inShell }: CommandDraft,
  hasShell: boolean,
): RunCommandRequest | undefined {
  if (node === undefined || text.trim() === '') return undefined;
  return {
    ...node,
    command: inShell && hasShell ? forShell(text.trim()) : text.trim(),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
}

/** Where, what, and the button. */
export function Composer() {
  const { commands } = useApp();
  const draft = useAppState((state) => state.commands.draft);
  const node = useNodeFact((nodes) =>
    draft.node?.target === undefined ? undefined : nodes.find(draft.node.profileId, draft.node.target)?.node,
  );
  const isProductionNode = useAppState(
    (state) => draft.node !== undefined && isProduction(state, draft.node.profileId),
  );
  const environment = useAppState(
    (state) => state.profiles.find(({ id }) => id === draft.node?.profileId)?.environment,
  );
  const isMac = useAppState(
    (state) => state.start.kind === 'ready' && state.start.value.platform === 'darwin',
  );
  const text = useRef<HTMLTextAreaElement>(null);
  // PowerShell runs what comes on Windows; there is no sh.
  const hasShell = node?.platform !== 'windows';
  const request = requestOf(draft, hasShell);
  const { target } = draft.node ?? {};

  useEffect(() => {
    if (target !== undefined) text.current?.focus();
  }, [target]);

  const run = (): void => {
    if (request !== undefined) commands.run(request);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  };

  return (
    <form
      className="composer"
      aria-label="Run a command"
      data-env={environment}
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <div className="composer-top">
        <NodePicker label="Node" value={draft.node} onChange={(chosen) => commands.draft({ node: chosen })} />
        <input
          className="field"
          aria-label="Reason"
          placeholder="Reason, kept in CloudTrail"
          maxLength={reasonLimit}
          value={draft.reason}
          onChange={({ target: field }) => commands.draft({ reason: field.value })}
        />
      </div>
      <div className="composer-main">
        <textarea
          ref={text}
          className="field mono"
          aria-label="Command"
          data-testid="command-text"
          placeholder="df -h | sort -k5"
          rows={1}
          spellCheck={false}
          autoComplete="off"
          value={draft.text}
          onChange={({ target: field }) => commands.draft({ text: field.value })}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="button primary" disabled={request === undefined}>
          <Play className="icon" aria-hidden />
          Run
          <span className="key">{isMac ? 'Cmd' : 'Ctrl'}+Enter</span>
        </button>
      </div>
      <div className="composer-foot">
        {hasShell ? (
          <label className="check" data-tip="Without it the text is split into words and executed directly">
            <input
              type="checkbox"
              checked={draft.inShell}
              onChange={({ target: field }) => commands.draft({ inShell: field.checked })}
            />
            In a shell, for pipes, variables and several lines
          </label>
        ) : (
          <span>Runs in PowerShell</span>
        )}
        {isTooOldForCommands(node?.agentVersion) && (
          <span className="composer-old">
            Its agent is too old for commands, which begin with {firstAgentForCommands}
          </span>
        )}
        {isProductionNode && <span className="composer-production">Production: asks before it runs</span>}
      </div>
    </form>
  );
}
