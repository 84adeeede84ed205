import { ApiError } from '../api/api-error.ts';
import type { Signed } from '../api/signature.ts';
import { integerIn, type QueryForm } from '../query/query-form.ts';
import type { QueryService } from '../query/query-service.ts';
import { element, toXml, type XmlValue } from '../query/xml.ts';
import type { LabIdentity } from './lab-identity.ts';

const apiVersion = '2011-06-15';
const namespace = `https://sts.amazonaws.com/doc/${apiVersion}/`;

const roleArn = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;
const sessionName = /^[\w+=,.@-]{2,64}$/;
/** The one external id that the lab's roles with one in their name ask for. */
const externalId = 'lab-external-id';
/** A role that is taken on with the keys of another one. */
const chainedSeconds = 3600;

/** STS calls some errors of the signature otherwise than the JSON services do. */
const stsNames: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  IncompleteSignatureException: 'IncompleteSignature',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  ExpiredTokenException: 'ExpiredToken',
};

/** As much of STS as sign-in uses. Every role exists; its name says what it asks for. */
export const sts: QueryService = {
  signingName: 'sts',
  apiVersion,
  operations: {
    GetCallerIdentity: (_form, _context, signed) => callerIdentity(signed),
    AssumeRole: (form, { identity }, signed) => assumeRole(form, identity, signed),
  },
  openOperations: {
    AssumeRoleWithWebIdentity: (form, { identity }) => assumeRoleWithWebIdentity(form, identity),
  },
  answerDocument(action, requestId, answer) {
    const parts = element(`${action}Result`, answer) + element('ResponseMetadata', { RequestId: requestId });
    return `<${action}Response xmlns="${namespace}">${parts}</${action}Response>`;
  },
  errorDocument(requestId, { code, message, httpStatus }) {
    const told = {
      Type: httpStatus < 500 ? 'Sender' : 'Receiver',
      Code: stsNames[code] ?? code,
      Message: message,
    };
    return `<ErrorResponse xmlns="${namespace}">${toXml({ Error: told, RequestId: requestId })}</ErrorResponse>`;
  },
};

function callerIdentity({ callerArn: arn }: Signed): XmlValue {
  return { Arn: arn, UserId: `AIDALAB:${arn.split('/').at(-1) ?? ''}`, Account: arn.split(':')[4] ?? '' };
}

function assumeRole(form: QueryForm, identity: LabIdentity, { callerArn: caller }: Signed): XmlValue {
  const role = roleIn(form);
  const serial = form.get('SerialNumber');
  const code = form.get('TokenCode');
  if (serial !== undefined && !identity.devices.takes(serial, code ?? '')) {
    throw new ApiError(
      'AccessDenied',
      'MultiFactorAuthentication failed with invalid MFA one time pass code. ',
      403,
    );
  }
  const isDenied =
    /denied/i.test(role.name) ||
    (/mfa/i.test(role.name) && serial === undefined) ||
    (/external/i.test(role.name) && form.get('ExternalId') !== externalId);
  if (isDenied) {
    throw new ApiError(
      'AccessDenied',
      `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
      403,
    );
  }
  const seconds = integerIn(form, 'DurationSeconds', 900, 43_200);
  if (caller.includes(':assumed-role/') && (seconds ?? 0) > chainedSeconds) {
    throw new ApiError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  return credentialsOf(role, form, identity, seconds);
}

function assumeRoleWithWebIdentity(form: QueryForm, identity: LabIdentity): XmlValue {
  const role = roleIn(form);
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test((form.get('WebIdentityToken') ?? '').trim())) {
    throw new ApiError(
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider",
    );
  }
  return {
    ...credentialsOf(role, form, identity, integerIn(form, 'DurationSeconds', 900, 43_200)),
    SubjectFromWebIdentityToken: 'lab-subject',
    Provider: 'lab.example.com',
    Audience: 'sts.amazonaws.com',
  };
}

interface Role {
  arn: string;
  accountId: string;
  name: string;
}

function roleIn(form: QueryForm): Role {
  const arn = form.get('RoleArn') ?? '';
  const [, accountId, name] = roleArn.exec(arn) ?? [];
  if (accountId === undefined || name === undefined) {
    throw new ApiError('ValidationError', `${arn} is invalid`);
  }
  return { arn, accountId, name };
}

function credentialsOf(
  { accountId, name }: Role,
  form: QueryForm,
  { keys, signIns, now }: LabIdentity,
  seconds: number | undefined,
): { readonly [name: string]: XmlValue } {
  const session = form.get('RoleSessionName') ?? '';
  if (!sessionName.test(session)) {
    throw new ApiError(
      'ValidationError',
      `1 validation error detected: Value '${session}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  const arn = `arn:aws:sts::${accountId}:assumed-role/${name}/${session}`;
  const lifeMs = Math.min(signIns.spans.keyMs, (seconds ?? 3600) * 1000);
  const key = keys.issue(arn, now() + lifeMs);
  return {
    AssumedRoleUser: { AssumedRoleId: `AROALAB:${session}`, Arn: arn },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: key.sessionToken,
      Expiration: new Date(key.expiresAt).toISOString(),
    },
  };
}
