import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { BlockList, connect, isIPv6, type Socket } from 'node:net';

/**
 * Where a Port session's connections go (protocol notes, section 6.4). A host name is resolved once, when the session
 * starts; later connections try the addresses found then, in order.
 */
export interface Destination {
  /** Connects; the socket is paused. Rejects with an Error in the words of the agent's language. */
  dial(): Promise<Socket>;
}

/** Addresses of cloud metadata and time services, which the agent does not connect to. */
const deniedAddresses = [
  '169.254.169.254',
  'fd00:ec2::254',
  '169.254.169.253',
  'fd00:ec2::253',
  '169.254.169.123',
  'fd00:ec2::123',
  '169.254.169.250',
  '169.254.169.251',
  'fd00:ec2::240',
];

const denied = new BlockList();
for (const address of deniedAddresses) denied.addAddress(address, familyOf(address));

/** Throws an Error with the agent's sentence for a host it may not connect to. */
export async function resolveDestination(host: string, port: number): Promise<Destination> {
  if (host === '') return { dial: () => dialAny(['localhost'], port) };
  const addresses = await addressesOf(host);
  if (addresses.some((address) => denied.check(address, familyOf(address)))) {
    throw new Error(`Forwarding to IP address ${host} is forbidden.`);
  }
  return { dial: () => dialAny(addresses, port) };
}

/** Empty when the name cannot be resolved: that shows at the first connection. */
async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** The first address that answers; when none does, the first error counts. */
async function dialAny(addresses: readonly string[], port: number): Promise<Socket> {
  let firstError: Error | undefined;
  for (const address of addresses) {
    try {
      return await dialOne(address, port);
    } catch (error) {
      firstError ??= error as Error;
    }
  }
  throw firstError ?? new Error('dial tcp: missing address');
}

async function dialOne(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  try {
    await once(socket, 'connect');
  } catch (error) {
    socket.destroy();
    throw dialError(error as NodeJS.ErrnoException, host, port);
  }
  return socket.pause();
}

const systemWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENETUNREACH: 'network is unreachable',
  EHOSTUNREACH: 'no route to host',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
};

/** `localhost` has several addresses, and then each has its error. */
function dialError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  const { code = '', address = host } = first as NodeJS.ErrnoException & { address?: string };
  const shown = isIPv6(address) ? `[${address}]` : address;
  return new Error(`dial tcp ${shown}:${port}: connect: ${systemWords[code] ?? first.message}`);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
