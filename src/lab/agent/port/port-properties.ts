import { isObject, member } from '../../../ssm/wire/json-object.ts';

/** What the agent reads of a Port document's properties (protocol notes, section 6.4). */
export interface PortProperties {
  /** Empty: this node. */
  host: string;
  portNumber: string;
  /** `LocalPortForwarding`, or something else for one stream. */
  type: string;
}

export const localPortForwarding = 'LocalPortForwarding';

/** Throws an Error with the agent's sentence. Names are matched without regard to case, and all values must be texts. */
export function readPortProperties(properties: unknown): PortProperties {
  const read = {
    host: textProperty(properties, 'host'),
    portNumber: textProperty(properties, 'portNumber'),
    type: textProperty(properties, 'type'),
  };
  if (read.portNumber === '') {
    throw new Error('Port number is empty in session properties. Please specify the port number.');
  }
  return read;
}

function textProperty(properties: unknown, name: string): string {
  const value = isObject(properties) ? (member(properties, name) ?? '') : '';
  if (typeof value === 'string') return value;
  throw new Error(
    `Unable to remarshal session properties. ${name} is a ${typeof value} and must be a string.`,
  );
}
