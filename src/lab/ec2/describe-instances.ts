import { ApiError } from '../api/api-error.ts';
import { pageOf } from '../api/paging.ts';
import { labAccountId } from '../lab-account.ts';
import type { LabNode } from '../nodes.ts';
import { filtersIn, integerIn, listIn, type QueryFilter, type QueryForm } from '../query/query-form.ts';
import type { XmlValue } from '../query/xml.ts';

/** What a filter compares with. */
const filterValues: Readonly<Record<string, (node: LabNode) => readonly string[]>> = {
  'instance-id': (node) => [node.id],
  'instance-state-name': (node) => [stateOf(node).name],
  'private-ip-address': (node) => [node.ipAddress],
  'tag-key': (node) => Object.keys(node.tags),
};

/** DescribeInstances for nodes that are instances; those registered by hand are unknown to EC2. */
export function describeInstances(form: QueryForm, nodes: readonly LabNode[], region: string): XmlValue {
  const instances = nodes.filter(({ id }) => id.startsWith('i-'));
  const ids = listIn(form, 'InstanceId');
  const size = integerIn(form, 'MaxResults', 5, 1000);
  if (ids.length > 0 && size !== undefined) {
    throw new ApiError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  const unknown = ids.filter((id) => !instances.some((node) => node.id === id));
  if (unknown.length > 0) {
    throw new ApiError('InvalidInstanceID.NotFound', `The instance IDs '${unknown.join(', ')}' do not exist`);
  }
  const tests = filtersIn(form).map(matcher);
  const matching = instances.filter(
    (node) => (ids.length === 0 || ids.includes(node.id)) && tests.every((test) => test(node)),
  );
  const { items, nextToken } = pageOf('DescribeInstances', matching, size ?? 1000, form.get('NextToken'));
  return {
    reservationSet: items.map((node) => ({
      reservationId: node.id.replace(/^i-/, 'r-'),
      ownerId: labAccountId,
      groupSet: [],
      instancesSet: [describe(node, region)],
    })),
    ...(nextToken === undefined ? {} : { nextToken }),
  };
}

function matcher({ name, values }: QueryFilter): (node: LabNode) => boolean {
  const valuesOf = name.startsWith('tag:')
    ? (node: LabNode) => [node.tags[name.slice('tag:'.length)]].filter((value) => value !== undefined)
    : Object.hasOwn(filterValues, name)
      ? filterValues[name]
      : undefined;
  if (!valuesOf) throw new ApiError('InvalidParameterValue', `The filter '${name}' is invalid`);
  // Once for the call: a hundred ids are compared with every instance of the fleet.
  const plain = new Set(values.filter((value) => !/[*?\\]/.test(value)));
  const patterns = values.filter((value) => !plain.has(value)).map(toPattern);
  return (node) =>
    valuesOf(node).some((value) => plain.has(value) || patterns.some((pattern) => pattern.test(value)));
}

/** `*` is any number of characters, `?` at most one, and a backslash takes the next character as it is; case counts. */
function toPattern(value: string): RegExp {
  const source = value.replaceAll(/\\(.)|[^]/g, (whole, escaped: string | undefined) => {
    if (whole === '*') return '[^]*';
    if (whole === '?') return '[^]?';
    return (escaped ?? whole).replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`);
}

const stateCodes = { running: 16, stopped: 80, terminated: 48 } as const;

const stateOf = ({ machine }: LabNode): { code: number; name: string } => ({
  code: stateCodes[machine],
  name: machine,
});

/** About as much as the real answer says of an instance, so that what it costs to read can be measured. */
function describe(node: LabNode, region: string): XmlValue {
  const digits = node.id.slice(2);
  const launchedAt = new Date(node.launchedAt).toISOString();
  const state = stateOf(node);
  const privateDnsName = `ip-${node.ipAddress.replaceAll('.', '-')}.${region}.compute.internal`;
  const groupSet = [{ groupId: `sg-${digits}`, groupName: 'lab-nodes' }];
  return {
    instanceId: node.id,
    imageId: 'ami-0a1b2c3d4e5f60001',
    instanceState: state,
    privateDnsName,
    dnsName: '',
    reason: '',
    amiLaunchIndex: 0,
    productCodes: [],
    instanceType: 't3.medium',
    launchTime: launchedAt,
    placement: { availabilityZone: `${region}a`, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    subnetId: 'subnet-0a1b2c3d4e5f60001',
    vpcId: 'vpc-0a1b2c3d4e5f60001',
    privateIpAddress: node.ipAddress,
    sourceDestCheck: true,
    groupSet,
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: [
      {
        deviceName: '/dev/xvda',
        ebs: {
          volumeId: `vol-${digits}`,
          status: 'attached',
          attachTime: launchedAt,
          deleteOnTermination: true,
        },
      },
    ],
    virtualizationType: 'hvm',
    tagSet: Object.entries(node.tags).map(([key, value]) => ({ key, value })),
    hypervisor: 'xen',
    networkInterfaceSet: [
      {
        networkInterfaceId: `eni-${digits}`,
        subnetId: 'subnet-0a1b2c3d4e5f60001',
        vpcId: 'vpc-0a1b2c3d4e5f60001',
        description: '',
        ownerId: labAccountId,
        status: 'in-use',
        macAddress: '02:00:5e:00:53:01',
        privateIpAddress: node.ipAddress,
        privateDnsName,
        sourceDestCheck: true,
        groupSet,
        attachment: {
          attachmentId: `eni-attach-${digits}`,
          deviceIndex: 0,
          status: 'attached',
          attachTime: launchedAt,
          deleteOnTermination: true,
          networkCardIndex: 0,
        },
        privateIpAddressesSet: [{ privateIpAddress: node.ipAddress, privateDnsName, primary: true }],
        ipv6AddressesSet: [],
        interfaceType: 'interface',
      },
    ],
    ebsOptimized: false,
    enaSupport: true,
    cpuOptions: { coreCount: 1, threadsPerCore: 2 },
    capacityReservationSpecification: { capacityReservationPreference: 'open' },
    hibernationOptions: { configured: false },
    metadataOptions: {
      state: 'applied',
      httpTokens: 'required',
      httpPutResponseHopLimit: 2,
      httpEndpoint: 'enabled',
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: 'disabled',
    },
    enclaveOptions: { enabled: false },
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    usageOperationUpdateTime: launchedAt,
    privateDnsNameOptions: {
      hostnameType: 'ip-name',
      enableResourceNameDnsARecord: false,
      enableResourceNameDnsAAAARecord: false,
    },
    maintenanceOptions: { autoRecovery: 'default' },
    currentInstanceBootMode: 'legacy-bios',
  };
}
