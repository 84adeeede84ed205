import { LoaderCircle } from 'lucide-react';
import { type ClipboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { SignIn } from '../../../shared/sign-in.ts';
import { errorTitle } from '../../words/errors.ts';
import { useApp } from '../use-app.ts';

type MfaSignIn = Extract<SignIn, { kind: 'mfa' }>;

/** STS takes six digits. */
const codeLength = 6;

/** Spaces and dashes are how devices and password managers show a code. */
const digitsOf = (text: string): string => text.replaceAll(/\D/g, '').slice(0, codeLength);

/**
 * The code of a device. It stands in the field alone, never in the state of the page, and the field is empty as soon as it was
 * given.
 */
export function MfaSteps({ signIn }: { readonly signIn: MfaSignIn }) {
  const { signIns } = useApp();
  const { id, progress } = signIn;
  const fieldId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [isWhole, setWhole] = useState(false);
  const [isShort, setShort] = useState(false);
  const isChecking = progress.kind === 'starting';
  const error = progress.kind === 'failed' && !isWhole ? progress.error : undefined;

  useEffect(() => {
    if (progress.kind === 'failed') field.current?.focus();
  }, [progress]);

  const give = (text: string): void => {
    if (text.length < codeLength) {
      setShort(true);
      field.current?.focus();
      return;
    }
    if (field.current !== null) field.current.value = '';
    setWhole(false);
    void signIns.answer(id, text);
  };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = digitsOf(event.clipboardData.getData('text/plain'));
    event.preventDefault();
    event.currentTarget.value = pasted;
    setShort(false);
    setWhole(pasted.length === codeLength);
    // Nothing is left to be typed.
    if (pasted.length === codeLength) give(pasted);
  };

  return (
    <form
      className="mfa-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        give(digitsOf(field.current?.value ?? ''));
      }}
    >
      <label htmlFor={fieldId}>Code that the device shows now</label>
      <div className="mfa-row">
        <input
          ref={field}
          id={fieldId}
          className="field mono mfa-field"
          inputMode="numeric"
          autoComplete="one-time-code"
          placeholder="••••••"
          maxLength={codeLength + 2}
          disabled={isChecking}
          aria-invalid={error !== undefined || isShort || undefined}
          aria-describedby={`${fieldId}-said`}
          data-testid="mfa-code"
          onPaste={onPaste}
          onChange={({ target }) => {
            const digits = digitsOf(target.value);
            if (digits !== target.value) target.value = digits;
            setShort(false);
            setWhole(digits.length === codeLength);
          }}
        />
        <button type="submit" className="button primary" disabled={isChecking}>
          {isChecking ? (
            <>
              <LoaderCircle className="icon spinner" aria-hidden />
              Checking
            </>
          ) : (
            'Verify'
          )}
        </button>
        {isChecking && (
          <button type="button" className="button" onClick={() => void signIns.cancel(id)}>
            Cancel
          </button>
        )}
      </div>
      <p
        id={`${fieldId}-said`}
        className={error === undefined && !isShort ? 'form-hint' : 'form-error'}
        role="status"
      >
        {isShort
          ? 'A code has six digits.'
          : error === undefined
            ? 'Asked once for this role, and again when its session has run out.'
            : `${error.code === 'access-denied' ? 'Wrong code' : errorTitle(error.code)}. ${error.message} ${error.hint}`}
      </p>
    </form>
  );
}
