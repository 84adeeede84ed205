import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type ControlPlane, createControlPlane } from '../../src/aws/control-plane.ts';
import { startLab } from '../../src/lab/start-lab.ts';
import { fakeKeys, listen } from './fake-service.ts';

/** A control plane whose EC2 answers with this document. */
async function planeWith(document: string, status = 200): Promise<ControlPlane> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' });
    response.end(document);
  });
  await listen(server);
  const plane = createControlPlane({
    region: 'eu-west-1',
    ec2Endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: fakeKeys,
    maxAttempts: 1,
  });
  onTestFinished(() => {
    plane.close();
    server.closeAllConnections();
    server.close();
  });
  return plane;
}

const answer = (inside: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet>${inside}</reservationSet></DescribeInstancesResponse>`;

test('what EC2 says of an instance is name and tags, state, start, address and account', async () => {
  const plane = await planeWith(
    answer(
      `<item><ownerId>123456789012</ownerId><instancesSet><item><instanceId>i-1</instanceId>
       <instanceState><code>16</code><name>running</name></instanceState><launchTime>2026-03-02T06:30:00.000Z</launchTime>
       <privateIpAddress>10.0.0.1</privateIpAddress>
       <placement><availabilityZone>eu-west-1a</availabilityZone></placement>
       <networkInterfaceSet><item><privateIpAddress>10.9.9.9</privateIpAddress><tagSet><item><key>Name</key><value>eni</value></item></tagSet></item></networkInterfaceSet>
       <tagSet><item><key>Name</key><value>wëb 🚀 &amp; more</value></item><item><key>Empty</key><value/></item></tagSet>
       </item></instancesSet></item>`,
    ),
  );
  expect(await plane.describeInstances(['i-1'])).toEqual([
    {
      id: 'i-1',
      tags: [
        ['Name', 'wëb 🚀 & more'],
        ['Empty', ''],
      ],
      state: 'running',
      launchedAt: Date.UTC(2026, 2, 2, 6, 30),
      privateIp: '10.0.0.1',
      accountId: '123456789012',
    },
  ]);
});

test('an instance without an id is no instance, and an owner that is no account is left out', async () => {
  const plane = await planeWith(
    answer(
      '<item><ownerId>somebody</ownerId><instancesSet><item/><item><instanceId>i-2</instanceId></item></instancesSet></item>',
    ),
  );
  expect(await plane.describeInstances(['i-2'])).toEqual([{ id: 'i-2', tags: [] }]);
});

test('an answer that is no XML is told as such', async () => {
  const plane = await planeWith('<html><body>Sign in', 200);
  await expect(plane.describeInstances(['i-1'])).rejects.toMatchObject({ name: 'AppError' });
});

test('the lab knows its instances in the Region that is asked, without those registered by hand', async () => {
  const regions = ['eu-west-1', 'us-east-1'];
  const lab = await startLab({ pace: 'fast', nodes: 60, regions });
  const planes = regions.map((region) =>
    createControlPlane({
      region,
      endpoint: lab.endpoint,
      ec2Endpoint: lab.endpoint,
      credentials: lab,
      maxAttempts: 1,
    }),
  );
  onTestFinished(() => {
    for (const plane of planes) plane.close();
    return lab.close();
  });
  const listed = await Promise.all(
    planes.map(async (plane) => {
      const ids: string[] = [];
      for await (const { nodes } of plane.listNodes()) ids.push(...nodes.map(({ id }) => id));
      return ids;
    }),
  );
  expect(listed.map((ids) => ids.length)).toEqual([33, 27]);
  const all = lab.nodes.map(({ id }) => id);
  const described = await Promise.all(planes.map((plane) => plane.describeInstances(all)));
  const instances = (ids: readonly string[] = []) => ids.filter((id) => id.startsWith('i-'));
  expect(described.map((facts) => facts.map(({ id }) => id))).toEqual(listed.map(instances));
  expect(described[0]?.[0]).toMatchObject({
    id: 'i-0a1b2c3d4e5f60001',
    state: 'running',
    accountId: '123456789012',
    tags: [
      ['Name', 'lab-web'],
      ['Environment', 'development'],
      ['Role', 'web'],
      ['Team', 'storefront'],
      ['aws:autoscaling:groupName', 'lab-fleet'],
    ],
  });

  const refuse = (operation: string, code: string) =>
    fetch(`${lab.control}/refuse`, {
      method: 'POST',
      body: JSON.stringify({ operation, code, count: 1 }),
    });
  await refuse('DescribeInstances', 'UnauthorizedOperation');
  const [plane] = planes;
  await expect(plane?.describeInstances(all)).rejects.toMatchObject({
    data: {
      code: 'access-denied',
      message: 'The credentials do not allow ec2:DescribeInstances.',
      aws: { name: 'UnauthorizedOperation', operation: 'DescribeInstances', httpStatus: 403 },
    },
  });
  expect(await plane?.describeInstances(all)).not.toEqual([]);
  await refuse('DescribeInstances', 'RequestLimitExceeded');
  await expect(plane?.describeInstances(all)).rejects.toMatchObject({ data: { code: 'throttled' } });
  await refuse('DescribeInstanceInformation', 'ThrottlingException');
  await expect(plane?.listNodes()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    data: { code: 'throttled' },
  });
});
