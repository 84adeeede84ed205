interface UnsavedFooterProps {
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

/** In place of a form's buttons, when it was to be closed with something in it that is not saved. */
export function UnsavedFooter({ onKeep, onDiscard }: UnsavedFooterProps) {
  return (
    <>
      <span className="foot-left" role="alert">
        There are changes that are not saved.
      </span>
      <button type="button" className="button" onClick={onKeep}>
        Keep editing
      </button>
      <button type="button" className="button danger" onClick={onDiscard}>
        Discard changes
      </button>
    </>
  );
}
