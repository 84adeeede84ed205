import { useState } from 'react';
import type { OpenRequest } from '../../state/tabs.ts';
import { environmentWord } from '../../words/environments.ts';
import { useApp, useAppState } from '../use-app.ts';
import { Frame } from './frame.tsx';

/** StartSession's own bounds. */
const reasonLimit = 256;
const documentPattern = '[a-zA-Z0-9_\\-.:\\/]{3,128}';

/** One session with another document or a reason than its profile says. */
export function ConnectDialog({ request }: { readonly request: OpenRequest }) {
  const { sessions, workspace } = useApp();
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === request.profileId));
  const [documentName, setDocument] = useState(request.documentName ?? '');
  const [reason, setReason] = useState(request.reason ?? '');
  return (
    <Frame
      title={`Connect to ${request.nodeName ?? request.target}`}
      onClose={() => workspace.setDialog(undefined)}
      footer={
        <>
          <button type="button" className="button" onClick={() => workspace.setDialog(undefined)}>
            Cancel
          </button>
          <button type="submit" form="connect" className="button primary">
            Connect
          </button>
        </>
      }
    >
      <form
        id="connect"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          const { documentName: _document, reason: _reason, ...rest } = request;
          workspace.setDialog(undefined);
          sessions.open({
            ...rest,
            ...(documentName.trim() === '' ? {} : { documentName: documentName.trim() }),
            ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          });
        }}
      >
        {profile !== undefined && (
          <p className="form-where" data-env={profile.environment}>
            <i className="env-bar" aria-hidden />
            {profile.name}, {environmentWord(profile.environment)}
            <span className="mono copyable">{request.target}</span>
          </p>
        )}
        <label className="form-field">
          <span>Reason</span>
          <input
            className="field"
            maxLength={reasonLimit}
            placeholder="INC-2231, disk full"
            value={reason}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the first field of a form that was asked for
            autoFocus
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
        <p className="form-hint">Kept in CloudTrail and in the session's history.</p>
        <label className="form-field">
          <span>Document</span>
          <input
            className="field mono"
            pattern={documentPattern}
            placeholder="Default of the account"
            spellCheck={false}
            value={documentName}
            onChange={({ target }) => setDocument(target.value)}
          />
        </label>
        <p className="form-hint">A session document's name or ARN: 3 to 128 letters, digits and _ - . : /</p>
      </form>
    </Frame>
  );
}
