import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labConfig, roleOfSession, ssoSession } from '../../aws/support/lab-config.ts';
import type { ExternalLab } from '../heavy/support/external-lab.ts';

/** A home folder with AWS files whose every endpoint is the lab, and the environment that leads there. */
export interface AwsFiles {
  home: string;
  environment: Record<string, string>;
  writeConfig(text: string): Promise<void>;
  /** The cache of sign-ins that is shared with the AWS CLI: contents by file name. */
  signInCache(): Promise<Map<string, string>>;
  /** The same of sign-ins with the console. */
  consoleCache(): Promise<Map<string, string>>;
}

export async function makeAwsFiles(folder: string, lab: ExternalLab): Promise<AwsFiles> {
  const home = join(folder, 'home');
  const files = join(home, '.aws');
  await mkdir(files, { recursive: true });
  const writeConfig = (text: string) => writeFile(join(files, 'config'), text);
  await writeConfig(configOn(lab));
  await writeFile(
    join(files, 'credentials'),
    `[base]\naws_access_key_id = ${lab.accessKeyId}\naws_secret_access_key = ${lab.secretAccessKey}\n`,
    { mode: 0o600 },
  );
  const cleared = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
  return {
    home,
    environment: {
      ...Object.fromEntries(cleared.map((name) => [name, ''])),
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    writeConfig,
    signInCache: () => textsIn(join(files, 'sso', 'cache')),
    consoleCache: () => textsIn(join(files, 'login', 'cache')),
  };
}

async function textsIn(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  return new Map(texts);
}

/** Profiles of several kinds. */
function configOn(lab: ExternalLab): string {
  return labConfig(lab, {
    profiles: {
      'acme-prod': roleOfSession('acme', '111122223333', 'Ops'),
      'acme-dev': roleOfSession('acme', '111122223333', 'ReadOnly'),
      guarded: {
        role_arn: 'arn:aws:iam::444455556666:role/mfa-admin',
        source_profile: 'base',
        mfa_serial: 'arn:aws:iam::123456789012:mfa/ann',
      },
      console: { login_session: 'arn:aws:iam::123456789012:user/ann' },
      base: {},
    },
    ssoSessions: { acme: ssoSession('https://acme.example/start') },
  });
}
