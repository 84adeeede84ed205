/** What the AWS CLI asks of the plugin (protocol notes, section 1.3). */
export type PluginCall =
  | { kind: 'installed' }
  | { kind: 'version' }
  | { kind: 'usage-error'; message: string }
  | { kind: 'start'; start: PluginStart };

export interface PluginStart {
  /** The answer of StartSession, or of ECS to ExecuteCommand. The token lets its holder take the session over. */
  session: { sessionId: string; tokenValue: string; streamUrl: string };
  region: string;
  /** Absent, and all that follows, where an old AWS CLI does not give it. */
  profileName?: string;
  endpoint?: string;
  target?: string;
  documentName?: string;
}

/** What the name of a variable that holds the answer begins with. */
const responseVariable = 'AWS_SSM_START_SESSION_RESPONSE';

/** The shortest call that starts a session: response, Region, operation. */
const fewestArguments = 3;

/**
 * Reads the arguments after the program's name, and takes the answer of StartSession out of the environment where it is handed
 * over there, so that no program started later inherits the token. Never throws; no value is repeated in a message.
 */
export function readPluginCall(args: readonly string[], environment: NodeJS.ProcessEnv): PluginCall {
  const [response, region = '', operation, profileName = '', request, endpoint = ''] = args;
  if (response === undefined) return { kind: 'installed' };
  if (args.length === 1 && response === '--version') return { kind: 'version' };
  if (args.length < fewestArguments)
    return usageError('Unknown operation. Use session-manager-plugin --version to see the version.');
  if (operation !== 'StartSession') return usageError('Invalid Operation. The only one is StartSession.');
  const session = readResponse(response, environment);
  if (typeof session === 'string') return usageError(`Cannot perform start session: ${session}`);
  const members = parseObject(request ?? '{}');
  if (members === undefined)
    return usageError('Cannot perform start session: the request parameters are not a JSON object.');
  const target = textOf(members['Target']);
  const documentName = textOf(members['DocumentName']);
  return {
    kind: 'start',
    start: {
      session,
      region,
      ...(profileName !== '' && { profileName }),
      ...(endpoint !== '' && { endpoint }),
      ...(target !== undefined && { target }),
      ...(documentName !== undefined && { documentName }),
    },
  };
}

/** @returns a sentence where it cannot be read */
function readResponse(argument: string, environment: NodeJS.ProcessEnv): PluginStart['session'] | string {
  let text: string | undefined = argument;
  if (argument.startsWith(responseVariable)) {
    text = environment[argument];
    delete environment[argument];
    if (text === undefined) return 'the variable with the response is not in the environment.';
  }
  const members = parseObject(text);
  if (members === undefined) return 'the response is not a JSON object.';
  // ECS writes its members with a small first letter, which the official plugin does not mind.
  const member = (name: string): string | undefined =>
    textOf(members[name]) ?? textOf(members[`${name.charAt(0).toLowerCase()}${name.slice(1)}`]);
  const sessionId = member('SessionId');
  const tokenValue = member('TokenValue');
  const streamUrl = member('StreamUrl');
  if (sessionId === undefined || tokenValue === undefined || streamUrl === undefined)
    return 'the response lacks the session id, the token or the stream URL.';
  return { sessionId, tokenValue, streamUrl };
}

function usageError(message: string): PluginCall {
  return { kind: 'usage-error', message };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // The parser's message would quote the text.
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
