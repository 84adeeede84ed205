import { useState } from 'react';
import { sessionTabById } from '../../actions/session-actions.ts';
import { useApp } from '../use-app.ts';
import { Frame } from './frame.tsx';

export function RenameDialog({ tabId }: { readonly tabId: string }) {
  const { sessions, workspace, store } = useApp();
  const tab = sessionTabById(store.read(), tabId);
  const [title, setTitle] = useState(tab?.title ?? '');
  return (
    <Frame
      title="Rename tab"
      onClose={() => workspace.setDialog(undefined)}
      footer={
        <button type="submit" form="rename-tab" className="button primary">
          Rename
        </button>
      }
    >
      <form
        id="rename-tab"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          sessions.rename(tabId, title);
        }}
      >
        <label className="form-field">
          <span>Name</span>
          <input
            className="field"
            maxLength={80}
            value={title}
            placeholder={tab?.request.nodeName ?? ''}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog has one field
            autoFocus
            onChange={({ target }) => setTitle(target.value)}
          />
        </label>
        <p className="form-hint">Empty for the node's own name.</p>
      </form>
    </Frame>
  );
}
