import { useState } from 'react';
import type { PasteQuestion } from '../../terminal/paste-guard.ts';
import { count } from '../../words/numbers.ts';
import { useApp } from '../use-app.ts';
import { Frame } from './frame.tsx';

interface PasteDialogProps {
  readonly tabId: string;
  readonly question: PasteQuestion;
}

/** What is about to be typed into a shell, before it is. */
export function PasteDialog({ tabId, question }: PasteDialogProps) {
  const { terminal, terminals, workspace } = useApp();
  const [trustsLines, setTrustsLines] = useState(false);
  const { text, preview, lines, characters, removed, reasons } = question;
  const tooLarge = reasons.includes('too-large');
  const mayTrust = reasons.includes('several-lines') && !terminal.isProduction(tabId);
  const isBracketed = terminals.get(tabId)?.isBracketed() ?? false;
  return (
    <Frame
      title={lines > 1 ? `Paste ${count(lines, 'line')}` : `Paste ${count(characters, 'character')}`}
      width="middle"
      onClose={() => workspace.setDialog(undefined)}
      footer={
        <>
          {mayTrust && (
            <label className="check foot-left">
              <input
                type="checkbox"
                checked={trustsLines}
                onChange={({ target }) => setTrustsLines(target.checked)}
              />
              Do not ask about lines in this tab again
            </label>
          )}
          <button type="button" className="button" onClick={() => workspace.setDialog(undefined)}>
            Cancel
          </button>
          {!tooLarge && text !== '' && (
            <button
              type="button"
              className="button primary"
              // oxlint-disable-next-line jsx-a11y/no-autofocus -- a question waits for its answer
              autoFocus
              onClick={() => terminal.pasteAnyway(tabId, text, trustsLines)}
            >
              {removed > 0 ? 'Paste without them' : 'Paste'}
            </button>
          )}
        </>
      }
    >
      {reasons.includes('several-lines') && (
        <p>
          {isBracketed
            ? 'This is a production node: several lines are asked about.'
            : 'The program at the far end takes each line as it comes: a shell runs all but the last at once.'}
        </p>
      )}
      {reasons.includes('control-characters') && (
        <p>
          {count(removed, 'control character')} will be removed. {removed === 1 ? 'It is' : 'They are'} shown
          as a sign below.
        </p>
      )}
      {reasons.includes('large') && <p>{count(characters, 'character')} may take a while to send.</p>}
      {tooLarge && (
        <p>
          {count(characters, 'character')} are too many to type into a shell. Copy a file to the node in
          another way.
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls needs the keyboard */}
      <pre className="paste-text mono copyable" tabIndex={0} aria-label="Text to paste">
        {preview}
      </pre>
    </Frame>
  );
}
