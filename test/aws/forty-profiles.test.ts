import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlPlane } from '../../src/aws/control-plane.ts';
import { type AwsCredentialsSource, credentialsFor, forgetCredentials } from '../../src/aws/credentials.ts';
import { readSharedSettings } from '../../src/aws/shared-settings.ts';
import { beginSsoLogin } from '../../src/aws/sign-in/sso-login.ts';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';
import { AppError } from '../../src/shared/errors.ts';
import { offerAmbientKeys } from './support/ambient-keys.ts';
import { awsCli, cliCallerOf } from './support/aws-cli.ts';
import { type AwsHome, enterAwsHome } from './support/aws-home.ts';
import { type ExpectedProfile, writeFortyProfiles } from './support/forty-profiles.ts';
import { answerDevicePage } from './support/lab-browser.ts';
import { RecordingDoor } from './support/recording-door.ts';

let lab: Lab;
let home: AwsHome;
let profiles: ExpectedProfile[];
let closeAmbient: () => Promise<void>;
/** Texts of errors, to be searched for what must not be in them. */
const errors: string[] = [];

beforeAll(async () => {
  lab = await startLab({ pace: 'fast', signInSpans: { intervalS: 0.02 } });
  home = await enterAwsHome();
  profiles = await writeFortyProfiles(home, lab);
  closeAmbient = await offerAmbientKeys(lab);
  process.env['AWS_ACCESS_KEY_ID'] = lab.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = lab.secretAccessKey;
  for (const name of ['sso-ops', 'sso-legacy']) {
    const login = (await readSharedSettings()).profiles.find((one) => one.name === name)?.sso?.login;
    if (login === undefined) throw new Error(`${name} has no login`);
    const { url, done } = await beginSsoLogin(
      { ...login, profileName: name },
      { flow: 'device', signal: new AbortController().signal },
    );
    await answerDevicePage(url, 'allow');
    await done;
  }
}, 30_000);
afterAll(async () => {
  await closeAmbient();
  await home.leave();
  await lab.close();
});

let codesGiven = 0;

/** A right code of a device of the lab, another one each time. */
function nextCode(): string {
  codesGiven += 1;
  const digits = String(codesGiven).padStart(5, '0');
  return `${digits}${Array.from(digits, Number).reduce((sum, digit) => sum + digit, 0) % 10}`;
}

/** Who the service takes a caller with these credentials for. */
async function callerOf(source: AwsCredentialsSource, door: RecordingDoor): Promise<string> {
  const client = new STSClient({
    region: lab.region,
    endpoint: lab.endpoint,
    credentials: credentialsFor(source, door),
    maxAttempts: 1,
  });
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Arn ?? '';
  } finally {
    client.destroy();
  }
}

/** The code of the error that a call with a profile ends with, told as the app tells it. */
async function failureOf(profileName: string): Promise<AppError> {
  const plane = createControlPlane({
    region: lab.region,
    profileName,
    credentials: credentialsFor({ kind: 'shared-profile', profileName }, new RecordingDoor()),
    maxAttempts: 1,
  });
  try {
    for await (const page of plane.listNodes()) throw new Error(`listed ${page.nodes.length} nodes`);
    throw new Error('listed no nodes');
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    errors.push(`${error.message} ${JSON.stringify(error.data)} ${error.stack ?? ''}`);
    return error;
  } finally {
    plane.close();
  }
}

const shared = (profileName: string) => ({ kind: 'shared-profile', profileName }) as const;

describe('forty profiles', () => {
  it('are forty, and none of the sound ones is complained about', async () => {
    expect(profiles).toHaveLength(40);
    const { profiles: listed, problems } = await readSharedSettings();
    expect(listed.map(({ name }) => name)).toEqual(
      profiles.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)),
    );
    expect(problems.map(({ profileName }) => profileName)).toEqual(['half-a-key']);
  });

  it('each lead to the caller that the AWS CLI would be', async () => {
    const sound = profiles.filter(({ caller }) => caller !== undefined);
    const door = new RecordingDoor(nextCode());
    for (const { name, caller } of sound) {
      expect(await callerOf(shared(name), door), name).toMatch(caller ?? /never/);
    }
    // The role behind it in the chain asked for nothing more.
    expect(door.needs).toHaveLength(1);
  }, 30_000);

  it('or to the error that says what is wrong', async () => {
    const faulty = profiles.filter(({ code }) => code !== undefined);
    const codes: Record<string, string> = {};
    for (const { name } of faulty) codes[name] = (await failureOf(name)).data.code;
    expect(codes).toEqual(Object.fromEntries(faulty.map(({ name, code }) => [name, code])));
  }, 30_000);

  it('name the file and the line of what is malformed', async () => {
    const { data } = await failureOf('half-a-key');
    expect(data.message).toMatch(
      /^The profile half-a-key lacks aws_secret_access_key\. \(.*\/\.aws\/config, line \d+\)$/,
    );
  });

  it('give away no secret in the texts of their errors', () => {
    expect(errors.length).toBeGreaterThan(8);
    expect(errors.filter((text) => text.includes('canary'))).toEqual([]);
    expect(errors.filter((text) => text.includes(lab.secretAccessKey))).toEqual([]);
  });

  it('tell nothing secret of themselves', async () => {
    const text = JSON.stringify(await readSharedSettings());
    expect(text).not.toContain('canary');
    expect(text).not.toContain(lab.secretAccessKey);
    expect(text).not.toContain(lab.accessKeyId);
  });
});

describe.skipIf(awsCli === undefined)('the AWS CLI', () => {
  it.each([
    'keys-both',
    'sso-before-keys',
    'sso-repeats-session',
    'role-own-keys',
    'chain-three',
    'role-of-sso',
    'role-of-process',
    'role-of-web',
    'role-environment',
  ])(
    'is taken for the same caller with %s',
    async (name) => {
      const expected = profiles.find((one) => one.name === name)?.caller ?? /never/;
      expect(await cliCallerOf(name)).toMatch(expected);
    },
    30_000,
  );

  it('refuses half a key as well', async () => {
    await expect(cliCallerOf('half-a-key')).rejects.toThrow('Partial credentials');
  }, 30_000);
});

describe('the default chain', () => {
  const saved: Record<string, string | undefined> = {};
  beforeAll(() => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'])
      saved[name] = process.env[name];
  });

  /** The caller in an environment that has what it names, and nothing else of this. */
  async function callerIn(environment: Readonly<Record<string, string>>): Promise<string> {
    const names = [
      ...Object.keys(saved),
      'AWS_PROFILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_ROLE_ARN',
      'AWS_ENDPOINT_URL',
    ];
    for (const name of names) delete process.env[name];
    Object.assign(process.env, { AWS_ENDPOINT_URL: lab.endpoint, ...environment });
    try {
      return await callerOf({ kind: 'default-chain' }, new RecordingDoor());
    } finally {
      for (const name of names) delete process.env[name];
      Object.assign(process.env, saved);
    }
  }

  it('takes keys of the environment before AWS_PROFILE, as the AWS CLI does and the SDK does not', async () => {
    const keys = { AWS_ACCESS_KEY_ID: lab.accessKeyId, AWS_SECRET_ACCESS_KEY: lab.secretAccessKey };
    expect(await callerIn({ ...keys, AWS_PROFILE: 'role' })).toMatch(/:user\/lab-user$/);
    expect(await callerIn({ AWS_PROFILE: 'role' })).toMatch(/assumed-role\/deploy\//);
  });

  it('takes a web identity of the environment, but not before a role of the profile', async () => {
    const web = { AWS_WEB_IDENTITY_TOKEN_FILE: home.path('token'), AWS_ROLE_ARN: 'arn:aws:iam::1:role/x' };
    const arn = 'arn:aws:iam::444455556666:role/pod-env';
    expect(await callerIn({ ...web, AWS_ROLE_ARN: arn })).toMatch(/assumed-role\/pod-env\//);
    expect(await callerIn({ ...web, AWS_ROLE_ARN: arn, AWS_PROFILE: 'role' })).toMatch(
      /assumed-role\/deploy\//,
    );
  });

  it('takes the container, then the machine, where nothing else is', async () => {
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: saved['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '',
    };
    expect(await callerIn(container)).toMatch(/:user\/lab-user$/);
    expect(await callerIn({})).toMatch(/:user\/lab-user$/);
    await expect(callerIn({ AWS_EC2_METADATA_DISABLED: 'true' })).rejects.toMatchObject({
      verdict: { code: 'credentials-missing' },
    });
    process.env['AWS_EC2_METADATA_DISABLED'] = 'false';
  });

  it('does not stand in for a named profile that gives nothing', async () => {
    expect((await failureOf('nothing')).data.code).toBe('credentials-missing');
    expect((await failureOf('not-there')).data.code).toBe('credentials-missing');
  });
});

describe('a code of a device', () => {
  const wanted = {
    id: expect.stringMatching(/^mfa:[0-9a-f]{64}$/),
    serial: 'arn:aws:iam::123456789012:mfa/ann',
    roleArn: 'arn:aws:iam::111122223333:role/ops-mfa',
  };

  /** Credentials of the role, of which none is known at the start. */
  async function forget(): Promise<void> {
    const door = new RecordingDoor(nextCode());
    const keys = await credentialsFor(shared('role-mfa'), door)();
    forgetCredentials(keys);
  }

  it('is asked for once by all who wait, at whatever door they ask', async () => {
    await forget();
    const doors = [new RecordingDoor(nextCode()), new RecordingDoor(nextCode()), new RecordingDoor()];
    const callers = await Promise.all(doors.map((door) => callerOf(shared('role-mfa'), door)));
    expect(new Set(callers).size).toBe(1);
    expect(doors.flatMap(({ needs }) => needs)).toEqual([wanted]);
  });

  it('is not asked for again while the session lasts', async () => {
    const door = new RecordingDoor();
    expect(await callerOf(shared('role-of-mfa'), door)).toMatch(/assumed-role\/after\//);
    expect(door.needs).toEqual([]);
  });

  it('that is refused is asked for again, and said to have been', async () => {
    await forget();
    const door = new RecordingDoor('000001', nextCode());
    expect(await callerOf(shared('role-mfa'), door)).toMatch(/assumed-role\/ops-mfa\//);
    expect(door.needs).toEqual([wanted, { ...wanted, wasRefused: true }]);
  });

  it('that nobody gives ends the call with what the door says, at each door', async () => {
    await forget();
    const doors = [new RecordingDoor(), new RecordingDoor()];
    const outcomes = await Promise.allSettled(doors.map((door) => callerOf(shared('role-mfa'), door)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(doors.map(({ needs }) => needs.length)).toEqual([1, 1]);
  });

  it('is asked for anew when the service does not take the session any more', async () => {
    const first = new RecordingDoor(nextCode());
    await callerOf(shared('role-mfa'), first);
    await fetch(`${lab.control}/sign-ins`, { method: 'POST', body: JSON.stringify({ revoke: true }) });
    const plane = createControlPlane({
      region: lab.region,
      profileName: 'role-mfa',
      credentials: credentialsFor(shared('role-mfa'), new RecordingDoor()),
      maxAttempts: 1,
    });
    const outcome = await plane.terminateSession('s-1').catch((error: unknown) => error);
    plane.close();
    expect(outcome).toMatchObject({ data: { code: 'credentials-expired' } });
    const second = new RecordingDoor(nextCode());
    expect(await callerOf(shared('role-mfa'), second)).toMatch(/assumed-role\/ops-mfa\//);
    expect(second.needs).toHaveLength(1);
  });
});

describe('the files', () => {
  it('count as they are when credentials are asked for', async () => {
    const door = new RecordingDoor();
    const credentials = credentialsFor(shared('later'), door);
    await expect(credentials()).rejects.toMatchObject({ verdict: { code: 'credentials-missing' } });
    await writeFile(
      home.path('.aws', 'credentials'),
      '[later]\naws_access_key_id = AKIDLATER\naws_secret_access_key = x\n',
    );
    expect(await credentials()).toMatchObject({ accessKeyId: 'AKIDLATER' });
  });
});
