import { type ControlPlane, createControlPlane } from '../../aws/control-plane.ts';
import { type AwsCredentialsSource, credentialsFor } from '../../aws/credentials.ts';
import { closedDoor } from '../../aws/sign-in/closed-door.ts';
import type { PluginStart } from './plugin-call.ts';

/** What the ids of ECS Exec sessions begin with: the endpoint that comes with one is that of ECS. */
const execSession = 'ecs-execute-command-';

/**
 * Resume and terminate go to the endpoint that the AWS CLI names. For a session of ECS Exec it names the one of ECS, which knows
 * neither: Systems Manager's own is asked then, unless one on this machine answers for all services. KMS is at the Region's own endpoint, or where
 * AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL or the shared config file say; the SDK reads those by itself.
 */
export function createPluginPlane(start: PluginStart, environment: NodeJS.ProcessEnv): ControlPlane {
  const { region, profileName } = start;
  const endpoint = isOfEcs(start) ? undefined : start.endpoint;
  return createControlPlane({
    region,
    ...(endpoint !== undefined && { endpoint }),
    credentials: credentialsFor(sourceOf(start, environment), closedDoor),
    ...(profileName !== undefined && { profileName }),
  });
}

const isOfEcs = ({ session, endpoint = '' }: PluginStart): boolean =>
  session.sessionId.startsWith(execSession) && !endpoint.startsWith('http:');

/**
 * The AWS CLI names a profile also where that comes from AWS_PROFILE; but then it prefers keys in the environment, and the
 * session belongs to whoever started it.
 */
function sourceOf({ profileName }: PluginStart, environment: NodeJS.ProcessEnv): AwsCredentialsSource {
  const hasKeys = Boolean(environment['AWS_ACCESS_KEY_ID'] && environment['AWS_SECRET_ACCESS_KEY']);
  if (profileName === undefined) return { kind: 'default-chain' };
  if (hasKeys && profileName === environment['AWS_PROFILE']) return { kind: 'environment' };
  return { kind: 'shared-profile', profileName };
}
