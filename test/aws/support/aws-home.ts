import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A home folder of its own, and an environment without anything of AWS in it, until `leave`. */
export interface AwsHome {
  folder: string;
  path(...parts: string[]): string;
  writeConfig(text: string): Promise<void>;
  writeCredentials(text: string): Promise<void>;
  leave(): Promise<void>;
}

export async function enterAwsHome(): Promise<AwsHome> {
  const saved = { ...process.env };
  const folder = await mkdtemp(join(tmpdir(), 'aws-home-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  process.env['HOME'] = folder;
  await mkdir(join(folder, '.aws'));
  return {
    folder,
    path: (...parts) => join(folder, ...parts),
    writeConfig: (text) => writeFile(join(folder, '.aws', 'config'), text),
    writeCredentials: (text) => writeFile(join(folder, '.aws', 'credentials'), text),
    async leave() {
      process.env = saved;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
