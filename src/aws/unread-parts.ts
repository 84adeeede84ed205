import type { EC2Client } from '@aws-sdk/client-ec2';

/**
 * What DescribeInstances says of an instance and nobody here reads: two thirds of its XML, which the SDK would make objects of on
 * the thread that everything waits for.
 */
const unreadNames = [
  'blockDeviceMapping',
  'capacityReservationSpecification',
  'cpuOptions',
  'enclaveOptions',
  'groupSet',
  'hibernationOptions',
  'iamInstanceProfile',
  'maintenanceOptions',
  'metadataOptions',
  'monitoring',
  'networkInterfaceSet',
  'networkPerformanceOptions',
  'operator',
  'placement',
  'privateDnsNameOptions',
  'stateReason',
];

/** The document without those elements. One that is not closed stays, for the parser to complain of. */
export function withoutUnread(xml: string): string {
  const opening = new RegExp(`<(${unreadNames.join('|')})>`, 'g');
  const kept: string[] = [];
  let from = 0;
  for (let found = opening.exec(xml); found !== null; found = opening.exec(xml)) {
    const closing = `</${found[1]}>`;
    // No element of these names stands within one of the same name, and text holds no `<`.
    const end = xml.indexOf(closing, opening.lastIndex);
    if (end === -1) break;
    kept.push(xml.slice(from, found.index));
    from = end + closing.length;
    opening.lastIndex = from;
  }
  return kept.join('') + xml.slice(from);
}

/** Cuts those parts out of each answer, before the SDK's parser has it. */
export function leaveOutUnread(client: EC2Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (hasBody(response)) {
        const body = await client.config.streamCollector(response.body);
        // One character a byte, so that every byte that stays comes out as it was.
        response.body = Buffer.from(withoutUnread(Buffer.from(body).toString('latin1')), 'latin1');
      }
      return result;
    },
    // Within the step, what is `low` has the answer first.
    { step: 'deserialize', priority: 'low', name: 'leaveOutUnread' },
  );
}

const hasBody = (response: unknown): response is { body: unknown } =>
  typeof response === 'object' && response !== null && 'body' in response && response.body !== undefined;
