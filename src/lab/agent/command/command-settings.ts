import { documentProperties } from '../../document-values.ts';
import type { SessionRecord } from '../../session-record.ts';
import { agentHas } from '../versions.ts';

/** What a document says about the command it runs, for the platform the lab runs on (protocol notes, 6.3 and 9.2). */
export interface CommandSettings {
  commands: string;
  separatesOutput: boolean;
  stdOutPrefix: string;
  stdErrPrefix: string;
}

const prefixPattern = /^[0-9a-zA-Z\r\n_:-]{0,30}$/;

/** Truths as the official agent's language reads them; the empty text counts as false. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['', '0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

const platformNames: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'windows',
  darwin: 'macos',
};

export function commandText(record: SessionRecord): string {
  return textOf(platformProperties(record)['commands']);
}

/** Call after {@link findSeparationFault}. */
export function commandSettings(record: SessionRecord): CommandSettings {
  const properties = platformProperties(record);
  return {
    commands: commandText(record),
    separatesOutput: separatesOutputs(record) && agentHas(record.node.agentVersion, 'separatedOutput'),
    stdOutPrefix: textOf(properties['stdOutSeparatorPrefix']),
    stdErrPrefix: textOf(properties['stdErrSeparatorPrefix']),
  };
}

export function separatesOutputs(record: SessionRecord): boolean {
  return readBoolean(platformProperties(record)['separateOutputStream']) ?? false;
}

/** A `separateOutputStream` that is no boolean: found before the handshake. */
export function findSeparationFault(record: SessionRecord): string | undefined {
  const value = platformProperties(record)['separateOutputStream'];
  return readBoolean(value) === undefined
    ? `fail to get separateOutputStream property: ${JSON.stringify(value)} is no boolean`
    : undefined;
}

/** Separator prefixes that the agent does not take: found when the command is to start. */
export function findPrefixFault({ stdOutPrefix, stdErrPrefix }: CommandSettings): string | undefined {
  if (!prefixPattern.test(stdOutPrefix)) return `invalid stdoutSeparatorPrefix ${stdOutPrefix}`;
  if (!prefixPattern.test(stdErrPrefix)) return `invalid stderrSeparatorPrefix ${stdErrPrefix}`;
  return undefined;
}

function platformProperties(record: SessionRecord): Readonly<Record<string, unknown>> {
  const value = documentProperties(record)[platformNames[process.platform] ?? 'linux'];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === undefined || typeof value === 'string' ? booleans.get(value ?? '') : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
