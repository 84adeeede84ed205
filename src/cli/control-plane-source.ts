import {
  type AccessGrant,
  type ControlPlane,
  type ControlPlaneOptions,
  createControlPlane,
} from '../aws/control-plane.ts';
import { credentialsFor } from '../aws/credentials.ts';
import { createMemberLookup, type MemberLookup } from '../aws/members/member-lookup.ts';
import { listSharedProfiles } from '../aws/shared-profiles.ts';
import type { SignInDoor } from '../aws/sign-in/sign-in-door.ts';
import { AppError } from '../shared/errors.ts';
import type { ConnectRequest } from './command-line.ts';
import { destinationOf } from './pick-target.ts';
import { chooseRegion } from './region.ts';

/** The control plane in use, and a way to a new one that looks for credentials anew. */
export interface ControlPlaneSource {
  readonly region: string;
  current(): ControlPlane;
  /** From now on sessions are signed with the keys of an approval, as long as it holds. */
  sign(grant: AccessGrant): void;
  /** After a new sign-in: keys without an end date would otherwise be kept. */
  renew(): void;
  /** Who a query stands for. Whoever asked for it closes it. */
  memberLookup(): MemberLookup;
  close(): void;
}

/** Rejects with an AppError when no Region is named anywhere. */
export async function openControlPlane(
  request: ConnectRequest,
  environment: NodeJS.ProcessEnv,
  door: SignInDoor,
): Promise<ControlPlaneSource> {
  const { profileName } = request;
  const region = chooseRegion({
    option: request.region,
    environment,
    profileName,
    profiles: await listSharedProfiles(),
  });
  if (region === undefined) {
    throw new AppError({
      code: 'region-unknown',
      attempted: `Start a session on ${destinationOf(request)}`,
      message: 'No Region is named.',
      hint: 'Give one with --region, in AWS_REGION, or in the profile.',
      retryable: false,
    });
  }
  let grant: AccessGrant | undefined;
  const options = (): ControlPlaneOptions => ({
    region,
    credentials: credentialsFor(
      profileName === undefined ? { kind: 'default-chain' } : { kind: 'shared-profile', profileName },
      door,
    ),
    ...(request.endpoint !== undefined && { endpoint: request.endpoint }),
    ...(request.kmsEndpoint !== undefined && { kmsEndpoint: request.kmsEndpoint }),
    ...(profileName !== undefined && { profileName }),
  });
  const create = (): ControlPlane =>
    createControlPlane({ ...options(), ...(grant !== undefined && { grant }) });
  let plane = create();
  const replace = (): void => {
    plane.close();
    plane = create();
  };
  /** What is left to do after its end, the caller's own keys may be good for. */
  const dropOver = (): boolean => {
    if (grant === undefined || grant.expiresAt > Date.now()) return false;
    grant = undefined;
    return true;
  };
  return {
    region,
    memberLookup: () => createMemberLookup(options()),
    current() {
      if (dropOver()) replace();
      return plane;
    },
    sign(given) {
      grant = given;
      replace();
    },
    renew() {
      dropOver();
      replace();
    },
    close: () => plane.close(),
  };
}
