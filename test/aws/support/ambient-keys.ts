import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab } from '../../../src/lab/start-lab.ts';
import { listen } from '../fake-service.ts';

/**
 * The keys of the lab where a container and where a machine would find theirs: the environment leads there until `close`.
 */
export async function offerAmbientKeys(
  lab: Pick<Lab, 'accessKeyId' | 'secretAccessKey'>,
): Promise<() => Promise<void>> {
  const answer = {
    Code: 'Success',
    AccessKeyId: lab.accessKeyId,
    SecretAccessKey: lab.secretAccessKey,
    Token: 'canary-ambient-token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/latest/api/token') response.end('metadata-token');
    else if (path.endsWith('/security-credentials/')) response.end('machine-role');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await listen(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] = `${url}/container`;
  process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = url;
  process.env['AWS_EC2_METADATA_DISABLED'] = 'false';
  return () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
}
