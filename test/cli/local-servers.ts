import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Lets a server listen on a free port and notes it, for whoever closes it. */
export async function listen(servers: Server[], server: Server): Promise<Server> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens; somebody may before it is used, which is as unlikely as it looks. */
export async function freePort(): Promise<number> {
  const server = await listen([], createServer());
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
