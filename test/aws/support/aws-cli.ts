import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/** The AWS CLI of this machine, as a witness; undefined where there is none. */
export const awsCli = (process.env['PATH'] ?? '')
  .split(':')
  .map((folder) => `${folder}/aws`)
  .find((path) => existsSync(path));

/** Who the service takes the AWS CLI for when it runs with a profile; rejects where it fails. */
export async function cliCallerOf(profileName: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    awsCli ?? '',
    ['sts', 'get-caller-identity', '--output', 'json', '--profile', profileName],
    { env: process.env },
  );
  return (JSON.parse(stdout) as { Arn: string }).Arn;
}
