import { RotateCw } from 'lucide-react';
import { namedRegion } from '../../../shared/places.ts';
import type { Row } from '../../nodes/row-list.ts';
import { awsFacts, errorTitle } from '../../words/errors.ts';
import { CopyError } from '../copy-error.tsx';
import { SignInButton } from '../sign-in/sign-in-button.tsx';
import { useApp } from '../use-app.ts';

/** What a group says when it has nothing, or nothing fresh, to show. */
export function NoteRow({ row }: { readonly row: Extract<Row, { kind: 'note' }> }) {
  const { lists } = useApp();
  const { profile, head, note } = row;
  const refresh = (): void => void lists.refresh(profile.id, namedRegion(head));
  switch (note) {
    case 'loading':
      return (
        <div className="note-row" role="status">
          <span className="unseen">Reading the nodes of {profile.name}</span>
          {[0, 1, 2].map((line) => (
            <span key={line} className="skeleton" aria-hidden />
          ))}
        </div>
      );
    case 'empty':
      return (
        <div className="note-row">
          <p>
            No managed nodes{head.region === undefined ? '' : ` in ${head.region}`}. A node shows up here once
            its agent is running and may reach Systems Manager.
          </p>
          <button type="button" className="button small" onClick={refresh}>
            Read again
          </button>
        </div>
      );
    case 'failed': {
      if (head.state.kind !== 'failed') return null;
      const { error } = head.state;
      if (error.code === 'sign-in-needed')
        return <SignInNote profileId={profile.id} message={error.message} />;
      const facts = awsFacts(error);
      return (
        <div className="note-row failed" role="alert">
          <strong>{errorTitle(error.code)}</strong>
          <p className="copyable">{error.message}</p>
          {error.hint !== '' && <p className="copyable">{error.hint}</p>}
          {facts.length > 0 && <p className="mono copyable">{facts.join(', ')}</p>}
          <div className="note-actions">
            <button type="button" className="button small" onClick={refresh}>
              <RotateCw className="icon" aria-hidden />
              Try again
            </button>
            <CopyError error={error} isSmall />
          </div>
        </div>
      );
    }
  }
}

/** Nobody is asked for the sake of a list: it stays as it was until somebody signs in. */
function SignInNote({ profileId, message }: { readonly profileId: string; readonly message: string }) {
  const { lists } = useApp();
  return (
    <div className="note-row attention" role="status">
      <strong>Sign in to read the nodes</strong>
      <p className="copyable">{message}</p>
      <div className="note-actions">
        <SignInButton profileId={profileId} />
        <button type="button" className="button small" onClick={() => void lists.refresh(profileId)}>
          <RotateCw className="icon" aria-hidden />
          Try again
        </button>
      </div>
    </div>
  );
}
