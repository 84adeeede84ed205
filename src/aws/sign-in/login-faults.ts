import { SSOOIDCServiceException } from '@aws-sdk/client-sso-oidc';
import type { AppError } from '../../shared/errors.ts';
import { toAppError } from '../errors.ts';
import { IdentityFault } from '../identity/identity-fault.ts';
import type { SsoLogin } from './sign-in-door.ts';

/** The service's refusals in the words of somebody who signs in. */
export function toLoginError(error: unknown, login: SsoLogin, operation: string): AppError {
  const attempted = `Sign in to ${login.sessionName ?? login.startUrl}`;
  const context = { attempted, operation, region: login.region };
  const fault = loginFault(error, login);
  return toAppError(fault ?? error, {
    ...context,
    isOwn: (thrown) => thrown instanceof SSOOIDCServiceException,
  });
}

function loginFault(error: unknown, { startUrl, region }: SsoLogin): IdentityFault | undefined {
  if (!(error instanceof SSOOIDCServiceException)) return undefined;
  switch (error.name) {
    case 'AccessDeniedException':
      return refused(error);
    case 'ExpiredTokenException':
    case 'InvalidGrantException':
      return notInTime(error);
    case 'InvalidRequestException':
    case 'InvalidScopeException':
      return new IdentityFault(
        'bad-request',
        `IAM Identity Center did not accept the sign-in for ${startUrl} in ${region}.`,
        'Check sso_start_url, sso_region and sso_registration_scopes in the AWS config file.',
        error,
      );
    default:
      return undefined;
  }
}

export function refused(cause?: unknown): IdentityFault {
  return new IdentityFault(
    'sign-in-needed',
    'The sign-in was refused in the browser.',
    'Sign in again, and allow it there.',
    cause,
  );
}

export function notInTime(cause?: unknown): IdentityFault {
  return new IdentityFault(
    'sign-in-needed',
    'The sign-in was not finished in time.',
    'Sign in again, and finish it in the browser.',
    cause,
  );
}

export function incomplete(operation: string): IdentityFault {
  return new IdentityFault(
    'endpoint-unreachable',
    `The answer to ${operation} lacks what a sign-in needs.`,
    'Check that the endpoint is that of IAM Identity Center.',
  );
}

/** The registration is not known any more. */
export function isUnknownClient(error: unknown): boolean {
  return (
    error instanceof SSOOIDCServiceException &&
    (error.name === 'InvalidClientException' || error.name === 'UnauthorizedClientException')
  );
}
