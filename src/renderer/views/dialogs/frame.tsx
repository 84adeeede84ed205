import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { activeTab } from '../../actions/session-actions.ts';
import { useApp } from '../use-app.ts';

const firstControl =
  '.dialog-body :is(input:not([type=radio]), input:checked, select, textarea, button), .dialog-foot button';

interface FrameProps {
  readonly title: string;
  /** What a screen reader adds to the title; shown when there is no body of its own. */
  readonly children: ReactNode;
  readonly width?: 'narrow' | 'middle' | 'wide';
  readonly onClose: () => void;
  readonly footer?: ReactNode;
  readonly role?: 'dialog' | 'alertdialog';
}

/** A modal dialog: title, scrolling body, buttons at the foot. Escape and the cross close it. */
export function Frame({ title, children, width = 'narrow', onClose, footer, role = 'dialog' }: FrameProps) {
  const { store, terminals } = useApp();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content
          className="dialog"
          data-width={width}
          role={role}
          aria-describedby={undefined}
          onEscapeKeyDown={(event) => {
            // An open list in the dialog is closed first, by its own field.
            const field = document.activeElement;
            const isInList =
              field?.closest('[popover]') !== null && field?.closest('[popover]') !== undefined;
            if (isInList || field?.getAttribute('aria-expanded') === 'true') event.preventDefault();
          }}
          onOpenAutoFocus={(event) => {
            // The kit would choose the cross. A field that has taken the focus by itself keeps it.
            const content = event.currentTarget;
            if (!(content instanceof HTMLElement)) return;
            event.preventDefault();
            if (content.contains(document.activeElement)) return;
            const first = content.querySelector<HTMLElement>(firstControl);
            (first ?? content).focus();
          }}
          onCloseAutoFocus={(event) => {
            // Back to the shell, unless another dialog has taken over.
            const tab = activeTab(store.read());
            if (tab?.kind !== 'session' || store.read().dialog !== undefined) return;
            event.preventDefault();
            terminals.focus(tab.id);
          }}
        >
          <header className="dialog-head">
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label="Close">
              <X className="icon" aria-hidden />
            </Dialog.Close>
          </header>
          <div className="dialog-body">{children}</div>
          {footer !== undefined && <footer className="dialog-foot">{footer}</footer>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface QuestionProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The verb of what happens. */
  readonly action: string;
  readonly danger?: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
  readonly stay?: string;
}

/** A question with one consequence. The button that does it has the focus, so that Enter answers. */
export function Question({
  title,
  children,
  action,
  danger = false,
  onYes,
  onNo,
  stay = 'Cancel',
}: QuestionProps) {
  return (
    <Frame
      title={title}
      role="alertdialog"
      onClose={onNo}
      footer={
        <>
          <button type="button" className="button" onClick={onNo}>
            {stay}
          </button>
          <button
            type="button"
            className={`button ${danger ? 'danger' : 'primary'}`}
            onClick={onYes}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- a question waits for its answer
            autoFocus
          >
            {action}
          </button>
        </>
      }
    >
      {children}
    </Frame>
  );
}
