import { ApiError } from '../api/api-error.ts';
import { directoryAccounts, type DirectoryAccount, personName } from './lab-directory.ts';
import type { LabIdentity } from './lab-identity.ts';

/** A call to the portal of IAM Identity Center, by method and path. Throws {@link ApiError}. */
export type PortalOperation = (query: URLSearchParams, identity: LabIdentity, accessToken: string) => object;

export const portalOperations: ReadonlyMap<string, PortalOperation> = new Map<string, PortalOperation>([
  ['GET /federation/credentials', getRoleCredentials],
  ['GET /assignment/accounts', listAccounts],
  ['GET /assignment/roles', listAccountRoles],
  ['POST /logout', logout],
]);

/** The header that carries the token; these calls are not signed. */
export const tokenHeader = 'x-amz-sso_bearer_token';

function getRoleCredentials(query: URLSearchParams, { keys, signIns, now }: LabIdentity): object {
  const account = accountOf(query);
  const role = query.get('role_name') ?? '';
  if (!account?.roles.includes(role)) throw new ApiError('ForbiddenException', 'No access', 403);
  const arn = `arn:aws:sts::${account.accountId}:assumed-role/AWSReservedSSO_${role}_0a1b2c3d4e5f6071/${personName}`;
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = keys.issue(
    arn,
    now() + signIns.spans.keyMs,
  );
  return { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt } };
}

function listAccounts(): object {
  return {
    accountList: directoryAccounts.map(({ accountId, accountName, emailAddress }) => ({
      accountId,
      accountName,
      emailAddress,
    })),
  };
}

function listAccountRoles(query: URLSearchParams): object {
  const account = accountOf(query);
  if (!account) throw new ApiError('ForbiddenException', 'No access', 403);
  const { accountId, roles } = account;
  return { roleList: roles.map((roleName) => ({ roleName, accountId })) };
}

function logout(_query: URLSearchParams, { signIns }: LabIdentity, accessToken: string): object {
  signIns.signOut(accessToken);
  return {};
}

function accountOf(query: URLSearchParams): DirectoryAccount | undefined {
  return directoryAccounts.find(({ accountId }) => accountId === query.get('account_id'));
}
