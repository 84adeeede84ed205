import { parseArgs } from 'node:util';
import {
  type DocumentParameters,
  documentNameSchema,
  documentParametersSchema,
  endpointSchema,
  reasonSchema,
  regionSchema,
  targetSchema,
} from '../shared/models.ts';

export interface ConnectRequest {
  target: string;
  endpoint?: string;
  region?: string;
  documentName?: string;
  parameters?: DocumentParameters;
  reason?: string;
  profileName?: string;
}

export type Command =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'connect'; request: ConnectRequest }
  | { kind: 'usage-error'; message: string };

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  'endpoint-url': { type: 'string' },
  region: { type: 'string' },
  'document-name': { type: 'string' },
  parameters: { type: 'string' },
  reason: { type: 'string' },
  profile: { type: 'string' },
} as const;

/** Reads the arguments after the program's name. Never throws; values are not repeated in the message. */
export function parseCommandLine(args: readonly string[]): Command {
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(args);
  } catch (error) {
    return { kind: 'usage-error', message: firstSentence(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [command, target, ...rest] = positionals;
  if (command === undefined) return { kind: 'usage-error', message: 'a command is missing' };
  if (command !== 'connect') return { kind: 'usage-error', message: 'the only command is connect' };
  if (target === undefined)
    return { kind: 'usage-error', message: 'connect needs a target, the id of a managed node' };
  if (rest.length > 0) return { kind: 'usage-error', message: 'connect takes one target' };
  return readConnect(target, values);
}

function parseOptions(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
}

type Values = ReturnType<typeof parseOptions>['values'];

function readConnect(target: string, values: Values): Command {
  const parameters = values.parameters === undefined ? undefined : readParameters(values.parameters);
  const complaint =
    (!targetSchema.safeParse(target).success && 'the target is 1 to 400 characters long') ||
    (!accepts(endpointSchema, values['endpoint-url']) && '--endpoint-url is not an http: or https: URL') ||
    (!accepts(regionSchema, values.region) && '--region is not a Region, such as eu-central-1') ||
    (!accepts(documentNameSchema, values['document-name']) &&
      '--document-name is 3 to 128 letters, digits or any of _ - . : /') ||
    (!accepts(reasonSchema, values.reason) && '--reason is 1 to 256 characters long') ||
    (values.profile === '' && '--profile needs a name') ||
    (parameters === null && '--parameters is a JSON object of lists of texts, such as {"portNumber":["22"]}');
  if (complaint) return { kind: 'usage-error', message: complaint };
  return {
    kind: 'connect',
    request: {
      target,
      ...(values['endpoint-url'] !== undefined && { endpoint: values['endpoint-url'] }),
      ...(values.region !== undefined && { region: values.region }),
      ...(values['document-name'] !== undefined && { documentName: values['document-name'] }),
      ...(parameters && { parameters }),
      ...(values.reason !== undefined && { reason: values.reason }),
      ...(values.profile !== undefined && { profileName: values.profile }),
    },
  };
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
