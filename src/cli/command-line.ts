import { parseArgs } from 'node:util';
import {
  type DocumentParameters,
  documentNameSchema,
  documentParametersSchema,
  reasonSchema,
  regionSchema,
  targetSchema,
} from '../shared/models.ts';
import { endpointSchema } from '../shared/network.ts';
import type { TargetQuery } from '../shared/target-query.ts';
import type { LocalAddress } from '../ssm/node/port/local-address.ts';
import { builtInDocument } from './built-in-documents.ts';
import { readLocalAddress } from './local-side.ts';
import { joinWords } from './shell-words.ts';
import { queryOptionNames, readTargetQuery } from './target-query.ts';

/** Where to, as whom, and with what. */
export interface ConnectRequest {
  /** Empty where a query is to pick one. */
  target: string;
  targetQuery?: TargetQuery;
  endpoint?: string;
  kmsEndpoint?: string;
  region?: string;
  documentName?: string;
  parameters?: DocumentParameters;
  reason?: string;
  profileName?: string;
  /** Where an approval is needed, it is asked for with the reason. */
  requestAccess?: true;
}

export type Command =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'connect'; request: ConnectRequest }
  | { kind: 'forward'; request: ConnectRequest; local: LocalAddress }
  | { kind: 'exec'; request: ConnectRequest; command: string }
  | { kind: 'usage-error'; message: string };

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  'endpoint-url': { type: 'string' },
  'kms-endpoint-url': { type: 'string' },
  region: { type: 'string' },
  'document-name': { type: 'string' },
  parameters: { type: 'string' },
  reason: { type: 'string' },
  'request-access': { type: 'boolean' },
  profile: { type: 'string' },
  'local-port': { type: 'string' },
  'local-socket': { type: 'string' },
  bind: { type: 'string' },
  expose: { type: 'boolean' },
  shell: { type: 'boolean' },
  'remote-port': { type: 'string' },
  'remote-host': { type: 'string' },
  tag: { type: 'string', multiple: true },
  name: { type: 'string' },
  'auto-scaling-group': { type: 'string' },
  'ecs-service': { type: 'string' },
} as const;

type OptionName = keyof typeof options;

const everywhere: readonly OptionName[] = [
  'help',
  'version',
  'endpoint-url',
  'kms-endpoint-url',
  'region',
  'reason',
  'request-access',
  'profile',
];
const optionsOf: Readonly<Record<string, readonly OptionName[]>> = {
  connect: [...everywhere, ...queryOptionNames, 'document-name', 'parameters'],
  forward: [
    ...everywhere,
    ...queryOptionNames,
    'local-port',
    'local-socket',
    'bind',
    'expose',
    'remote-port',
    'remote-host',
  ],
  exec: [...everywhere, ...queryOptionNames, 'document-name', 'shell'],
  'ssh-proxy': everywhere,
};

/** Reads the arguments after the program's name. Never throws; values are not repeated in the message. */
export function parseCommandLine(args: readonly string[]): Command {
  const end = args.indexOf('--');
  const [before, after] = end < 0 ? [args, undefined] : [args.slice(0, end), args.slice(end + 1)];
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(before);
  } catch (error) {
    return usageError(firstSentence(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [name, target, ...rest] = positionals;
  if (name === undefined) return usageError('a command is missing');
  const known = Object.hasOwn(optionsOf, name) ? optionsOf[name] : undefined;
  if (known === undefined) return usageError('the commands are connect, forward, exec and ssh-proxy');
  const foreign = (Object.keys(values) as OptionName[]).find((option) => !known.includes(option));
  if (foreign !== undefined) return usageError(`${name} does not take --${foreign}`);
  if (after !== undefined && name !== 'exec') return usageError(`${name} does not take anything after --`);
  const targetQuery = readTargetQuery(values);
  if (typeof targetQuery === 'string') return usageError(targetQuery);
  if (target === undefined && targetQuery === undefined)
    return usageError(`${name} needs a target, the id of a managed node, or a query such as --tag Role=web`);
  if (target !== undefined && targetQuery !== undefined)
    return usageError(`${name} takes a target or a query, not both`);
  const request = readRequest(target, targetQuery, values);
  if ('kind' in request) return request;
  switch (name) {
    case 'connect':
      return rest.length > 0 ? usageError('connect takes one target') : { kind: 'connect', request };
    case 'forward':
      return rest.length > 0 ? usageError('forward takes one target') : readForward(request, values);
    case 'exec':
      return rest.length > 0
        ? usageError('the command comes after --, as in: exec i-1 -- uptime')
        : readExec(request, after ?? [], values.shell ?? false);
    default:
      return rest.length > 1 ? usageError('ssh-proxy takes a target and a port') : readSsh(request, rest[0]);
  }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
}

type Values = ReturnType<typeof parseOptions>['values'];
type UsageError = Command & { kind: 'usage-error' };

function usageError(message: string): UsageError {
  return { kind: 'usage-error', message };
}

function readRequest(
  target: string | undefined,
  targetQuery: TargetQuery | undefined,
  values: Values,
): ConnectRequest | UsageError {
  const parameters = values.parameters === undefined ? undefined : readParameters(values.parameters);
  const complaint =
    (!accepts(targetSchema, target) && 'the target is 1 to 400 characters long') ||
    (!accepts(endpointSchema, values['endpoint-url']) && '--endpoint-url is not an http: or https: URL') ||
    (!accepts(endpointSchema, values['kms-endpoint-url']) &&
      '--kms-endpoint-url is not an http: or https: URL') ||
    (!accepts(regionSchema, values.region) && '--region is not a Region, such as eu-central-1') ||
    (!accepts(documentNameSchema, values['document-name']) &&
      '--document-name is 3 to 128 letters, digits or any of _ - . : /') ||
    (!accepts(reasonSchema, values.reason) && '--reason is 1 to 256 characters long') ||
    (values['request-access'] === true &&
      values.reason === undefined &&
      '--request-access needs --reason, which whoever approves it will read') ||
    (values.profile === '' && '--profile needs a name') ||
    (parameters === null && '--parameters is a JSON object of lists of texts, such as {"portNumber":["22"]}');
  if (complaint) return usageError(complaint);
  return {
    target: target ?? '',
    ...(targetQuery !== undefined && { targetQuery }),
    ...(values['endpoint-url'] !== undefined && { endpoint: values['endpoint-url'] }),
    ...(values['kms-endpoint-url'] !== undefined && { kmsEndpoint: values['kms-endpoint-url'] }),
    ...(values.region !== undefined && { region: values.region }),
    ...(values['document-name'] !== undefined && { documentName: values['document-name'] }),
    ...(parameters && { parameters }),
    ...(values.reason !== undefined && { reason: values.reason }),
    ...(values['request-access'] === true && { requestAccess: true as const }),
    ...(values.profile !== undefined && { profileName: values.profile }),
  };
}

function readForward(request: ConnectRequest, values: Values): Command {
  const remotePort = values['remote-port'];
  const host = values['remote-host'];
  if (remotePort === undefined) return usageError('forward needs --remote-port, the port to reach');
  if (!isPort(remotePort)) return usageError('--remote-port is a number from 1 to 65535');
  if (host !== undefined && host.length < 3)
    return usageError('--remote-host is a name or an address of at least 3 characters');
  const local = readLocalAddress({
    port: values['local-port'],
    socket: values['local-socket'],
    bind: values.bind,
    mayExpose: values.expose ?? false,
  });
  if (typeof local === 'string') return usageError(local);
  return {
    kind: 'forward',
    local,
    request: {
      ...request,
      documentName: host === undefined ? builtInDocument.forward : builtInDocument.forwardToHost,
      parameters: { portNumber: [remotePort], ...(host !== undefined && { host: [host] }) },
    },
  };
}

function readExec(request: ConnectRequest, words: readonly string[], isForShell: boolean): Command {
  const text = joinWords(words);
  const command = isForShell && text.trim() !== '' ? joinWords(['sh', '-c', text]) : text;
  if (command.trim() === '') return usageError('exec needs a command after --, as in: exec i-1 -- uptime');
  return {
    kind: 'exec',
    command,
    request: { documentName: builtInDocument.nonInteractive, ...request },
  };
}

function readSsh(request: ConnectRequest, port = '22'): Command {
  if (!isPort(port)) return usageError('the port is a number from 1 to 65535');
  return {
    kind: 'connect',
    request: { ...request, documentName: builtInDocument.ssh, parameters: { portNumber: [port] } },
  };
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) < 65_536;
}

function accepts(
  schema: { safeParse(value: unknown): { success: boolean } },
  value: string | undefined,
): boolean {
  return value === undefined || schema.safeParse(value).success;
}

/** A single text stands for a list of one, as the service has lists only. Null when it is neither. */
function readParameters(text: string): DocumentParameters | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const lists = Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [
      name,
      typeof one === 'string' ? [one] : one,
    ]),
  );
  return documentParametersSchema.safeParse(lists).data ?? null;
}

/** Node's message goes on to explain how to pass text that looks like an option. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : 'the arguments could not be read';
  return message.split('. ')[0]?.split('\n')[0] ?? message;
}
