import type { CallContext } from './call-context.ts';
import type { ServiceFailure } from './failure.ts';
import type { Verdict } from './verdict.ts';

/** What was not allowed, and whether a policy or an approval would change that. */
export function judgeDenial(failure: ServiceFailure, context: CallContext): Verdict {
  const { operation, isGranted = false } = context;
  if (operation === 'GetDocument') return documentDenied(failure, context);
  const verdict = denied(failure, 'The credentials do not allow this.');
  if (isGranted) return { ...verdict, ...notCovered };
  return operation === 'StartSession' && mayBeApproved(failure) ? { ...verdict, ...approvalNeeded } : verdict;
}

/**
 * Just-in-time access has no answer of its own (`calls/access-requests.ts`): an account that uses it lets nobody start a session on a
 * node by policy. Which nodes, an ARN tells; an explicit deny no approval takes away. Should the service ever speak of an
 * approval by itself, that is one too.
 */
function mayBeApproved({
  detail: { action, resource = '', isExplicitDeny, isApproval },
}: ServiceFailure): boolean {
  if (isApproval) return true;
  return (
    action === 'ssm:StartSession' && !isExplicitDeny && /:(instance|managed-instance)\/m?i-/.test(resource)
  );
}

const approvalNeeded = {
  code: 'approval-needed',
  hint: 'Where just-in-time node access is on, ask for access, and somebody approves it. Else ask for a policy that allows ssm:StartSession.',
} as const satisfies Partial<Verdict>;

const notCovered = {
  hint: 'Access was approved, but not for this. AWS lets approved access use the document SSM-SessionManagerRunShell alone.',
} as const satisfies Partial<Verdict>;

export function denied(failure: ServiceFailure, otherwise: string): Verdict {
  const { action, resource, isExplicitDeny } = failure.detail;
  return {
    code: 'access-denied',
    retryable: false,
    message:
      action === undefined
        ? otherwise
        : `The credentials do not allow ${action}${resource === undefined ? '' : ` on ${resource}`}.`,
    hint: isExplicitDeny
      ? 'A policy denies it explicitly; whoever looks after the policies can change that.'
      : `Ask for a policy that allows ${action ?? 'it'}.`,
  };
}

/** Reading a document and starting a session with it are two permissions. */
function documentDenied(failure: ServiceFailure, { documentName }: CallContext): Verdict {
  const { message, hint } = denied(failure, 'The credentials do not allow ssm:GetDocument.');
  return {
    code: 'document-denied',
    retryable: false,
    message,
    hint: `${hint} A session can be started without it; what ${documentName ?? 'the document'} asks for is then not known beforehand.`,
  };
}
