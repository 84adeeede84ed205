import { ApiError } from '../api/api-error.ts';
import { asMembers, listOfText, type Members, optionalText, requiredText } from '../api/members.ts';
import { isStartUrl } from './lab-directory.ts';
import type { LabIdentity } from './lab-identity.ts';

/** An operation of the part of IAM Identity Center that gives out tokens, by its path. Throws {@link ApiError}. */
export type OidcOperation = (members: Members, identity: LabIdentity, endpoint: string) => object;

export const oidcOperations: ReadonlyMap<string, OidcOperation> = new Map<string, OidcOperation>([
  ['/client/register', registerClient],
  ['/device_authorization', startDeviceAuthorization],
  ['/token', createToken],
]);

function registerClient(members: Members, { signIns, now }: LabIdentity): object {
  requiredText(members, 'clientName', { min: 1 });
  if (requiredText(members, 'clientType') !== 'public') {
    throw new ApiError('InvalidClientMetadataException', 'The client type is public.');
  }
  const registration = signIns.register({
    scopes: listOfText(members, 'scopes'),
    grantTypes: listOfText(members, 'grantTypes'),
    redirectUris: listOfText(members, 'redirectUris'),
  });
  return {
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    clientIdIssuedAt: Math.floor(now() / 1000),
    clientSecretExpiresAt: Math.floor(registration.expiresAt / 1000),
  };
}

function startDeviceAuthorization(members: Members, { signIns, now }: LabIdentity, endpoint: string): object {
  const clientId = requiredText(members, 'clientId');
  const clientSecret = requiredText(members, 'clientSecret');
  if (!isStartUrl(requiredText(members, 'startUrl'))) {
    throw new ApiError('InvalidRequestException', 'The start URL is not known.');
  }
  const { deviceCode, grant } = signIns.startDevice(clientId, clientSecret);
  return {
    deviceCode,
    userCode: grant.userCode,
    verificationUri: `${endpoint}/device`,
    verificationUriComplete: `${endpoint}/device?user_code=${grant.userCode}`,
    expiresIn: Math.max(1, Math.round((grant.expiresAt - now()) / 1000)),
    interval: signIns.spans.intervalS,
  };
}

function createToken(members: Members, { signIns }: LabIdentity): object {
  return signIns.createToken(textMembers(asMembers(members, 'request')));
}

/** Those that are texts. */
export function textMembers(given: Members): Readonly<Record<string, string>> {
  const names = Object.keys(given).filter((name) => typeof given[name] === 'string');
  return Object.fromEntries(names.map((name) => [name, optionalText(given, name) ?? '']));
}
