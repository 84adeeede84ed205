import { type ControlPlane, createControlPlane } from '../aws/control-plane.ts';
import { credentialsFor } from '../aws/credentials.ts';
import { listSharedProfiles } from '../aws/shared-profiles.ts';
import type { SignInDoor } from '../aws/sign-in/sign-in-door.ts';
import { AppError } from '../shared/errors.ts';
import type { ConnectRequest } from './command-line.ts';
import { chooseRegion } from './region.ts';

/** The control plane in use, and a way to a new one that looks for credentials anew. */
export interface ControlPlaneSource {
  current(): ControlPlane;
  /** After a new sign-in: keys without an end date would otherwise be kept. */
  renew(): void;
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
      attempted: `Start a session on ${request.target}`,
      message: 'No Region is named.',
      hint: 'Give one with --region, in AWS_REGION, or in the profile.',
      retryable: false,
    });
  }
  const create = (): ControlPlane =>
    createControlPlane({
      region,
      credentials: credentialsFor(
        profileName === undefined ? { kind: 'default-chain' } : { kind: 'shared-profile', profileName },
        door,
      ),
      ...(request.endpoint !== undefined && { endpoint: request.endpoint }),
      ...(request.kmsEndpoint !== undefined && { kmsEndpoint: request.kmsEndpoint }),
      ...(profileName !== undefined && { profileName }),
    });
  let plane = create();
  return {
    current: () => plane,
    renew() {
      plane.close();
      plane = create();
    },
    close: () => plane.close(),
  };
}
