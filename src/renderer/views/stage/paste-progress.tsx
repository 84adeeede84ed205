import { ClipboardPaste } from 'lucide-react';
import { byteSize } from '../../words/numbers.ts';
import { useApp, useAppState } from '../use-app.ts';

/** A long paste on its way, in a corner of its own tab: how far it is, and the way to stop it. */
export function PasteProgress({ tabId }: { readonly tabId: string }) {
  const { terminals } = useApp();
  const paste = useAppState((state) => state.terminals[tabId]?.paste);
  if (paste === undefined) return null;
  const { sent, total } = paste;
  return (
    <div className="paste-progress" data-testid="paste-progress">
      <ClipboardPaste className="icon" aria-hidden />
      <div className="paste-progress-words numbers">
        <span>
          Pasting, {byteSize(sent)} of {byteSize(total)}
        </span>
        <progress value={sent} max={total} aria-label="Pasted" />
      </div>
      <button
        type="button"
        className="button small"
        onClick={() => {
          terminals.get(tabId)?.stopInput();
          terminals.focus(tabId);
        }}
      >
        Cancel
      </button>
    </div>
  );
}
