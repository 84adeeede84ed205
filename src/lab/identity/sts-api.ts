import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { readBody } from '../api/json-api.ts';
import { type SignatureScope, verifySignature } from '../api/signature.ts';
import { integerIn, parseForm, type QueryForm } from '../ec2/query-form.ts';
import { element, toXml, type XmlValue } from '../ec2/xml.ts';
import type { LabIdentity } from './lab-identity.ts';

const apiVersion = '2011-06-15';
const namespace = `https://sts.amazonaws.com/doc/${apiVersion}/`;
const maxBodyBytes = 256 * 1024;

const roleArn = /^arn:aws:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;
const sessionName = /^[\w+=,.@-]{2,64}$/;
/** The one external id that the lab's roles with one in their name ask for. */
const externalId = 'lab-external-id';
/** A role that is taken on with the keys of another one. */
const chainedSeconds = 3600;

/** As much of STS as sign-in uses, in the query protocol. Every role exists; its name says what it asks for. */
export async function answerStsRequest(
  request: IncomingMessage,
  response: ServerResponse,
  scope: Omit<SignatureScope, 'service'>,
  identity: LabIdentity,
  takeRefusal: (operation: string) => ApiError | undefined,
): Promise<void> {
  const requestId = randomUUID();
  try {
    const body = await readBody(request, maxBodyBytes);
    const form = parseForm(body.toString());
    const action = form.get('Action') ?? '';
    if (form.get('Version') !== apiVersion) {
      throw new ApiError('InvalidAction', `Could not find operation ${action}`);
    }
    const caller = (): string =>
      verifySignature(
        { method: request.method ?? '', target: request.url ?? '/', headers: request.headers, body },
        { ...scope, service: 'sts' },
        identity.now(),
      ).callerArn;
    const refusal = takeRefusal(action);
    if (refusal) throw refusal;
    const result = run(action, form, identity, caller);
    const parts = element(`${action}Result`, result) + element('ResponseMetadata', { RequestId: requestId });
    send(response, requestId, 200, `<${action}Response xmlns="${namespace}">${parts}</${action}Response>`);
  } catch (error) {
    const { code, message, httpStatus } =
      error instanceof ApiError ? error : new ApiError('InternalFailure', 'Internal failure.', 500);
    const told = {
      Type: httpStatus < 500 ? 'Sender' : 'Receiver',
      Code: stsNames[code] ?? code,
      Message: message,
    };
    const parts = toXml({ Error: told, RequestId: requestId });
    send(response, requestId, httpStatus, `<ErrorResponse xmlns="${namespace}">${parts}</ErrorResponse>`);
  }
}

/** STS calls some errors of the signature otherwise than the JSON services do. */
const stsNames: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  IncompleteSignatureException: 'IncompleteSignature',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  ExpiredTokenException: 'ExpiredToken',
};

function run(action: string, form: QueryForm, identity: LabIdentity, caller: () => string): XmlValue {
  switch (action) {
    case 'GetCallerIdentity':
      return callerIdentity(caller());
    case 'AssumeRole':
      return assumeRole(form, identity, caller());
    case 'AssumeRoleWithWebIdentity':
      return assumeRoleWithWebIdentity(form, identity);
    default:
      throw new ApiError('InvalidAction', `Could not find operation ${action}`);
  }
}

function callerIdentity(arn: string): XmlValue {
  return { Arn: arn, UserId: `AIDALAB:${arn.split('/').at(-1) ?? ''}`, Account: arn.split(':')[4] ?? '' };
}

function assumeRole(form: QueryForm, identity: LabIdentity, caller: string): XmlValue {
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

function send(response: ServerResponse, requestId: string, status: number, document: string): void {
  const body = Buffer.from(document);
  response.writeHead(status, {
    'content-type': 'text/xml',
    'content-length': body.length,
    'x-amzn-requestid': requestId,
  });
  response.end(body);
}
