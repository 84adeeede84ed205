import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, startLab } from '../../src/lab/start-lab.ts';

const isThere = spawnSync('aws', ['--version']).status === 0;

// Each call starts a Python program of its own.
describe.skipIf(!isThere)(
  'the AWS CLI (skipped where there is no `aws` on PATH)',
  { timeout: 120_000 },
  () => {
    let lab: Lab;
    let folder: string;

    beforeAll(async () => {
      lab = await startLab({ pace: 'fast' });
      folder = mkdtempSync(join(tmpdir(), 'lab-cli-'));
      // Stands in for the official plugin: shows what it was handed, in whichever of the two forms.
      const plugin = join(folder, 'session-manager-plugin');
      writeFileSync(
        plugin,
        '#!/bin/sh\nif [ "$1" = --version ]; then echo 1.2.677.0; exit; fi\n' +
          'case "$1" in AWS_SSM_*) eval "printf %s\\\\\\\\n \\"\\$$1\\"" ;; *) printf %s\\\\n "$1" ;; esac\nprintf %s\\\\n "$2 $3 $6"\n',
      );
      chmodSync(plugin, 0o755);
    });
    afterAll(async () => {
      await lab.close();
      rmSync(folder, { recursive: true });
    });

    /** Output of `aws ssm …`; rejects with what it printed on standard error. */
    function aws(...args: string[]): Promise<string> {
      return new Promise((resolve, reject) => {
        const env = {
          ...process.env,
          PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
          AWS_ACCESS_KEY_ID: lab.accessKeyId,
          AWS_SECRET_ACCESS_KEY: lab.secretAccessKey,
          AWS_DEFAULT_REGION: lab.region,
          AWS_PAGER: '',
          AWS_CONFIG_FILE: join(folder, 'none'),
          AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
        };
        delete (env as Record<string, string | undefined>)['AWS_SESSION_TOKEN'];
        delete (env as Record<string, string | undefined>)['AWS_PROFILE'];
        execFile(
          'aws',
          ['ssm', ...args, '--endpoint-url', lab.endpoint],
          { env },
          (error, stdout, stderr) => {
            if (error) reject(new Error(stderr));
            else resolve(stdout);
          },
        );
      });
    }
    const json = async (...args: string[]) =>
      JSON.parse(await aws(...args, '--output', 'json')) as Record<string, unknown>;
    const node = 'i-0a1b2c3d4e5f60001';

    test('lists nodes, through pages of its own asking', async () => {
      const { InstanceInformationList: list } = await json('describe-instance-information');
      expect((list as { ComputerName: string }[]).map(({ ComputerName }) => ComputerName)).toEqual(
        lab.nodes.map(({ name }) => name),
      );
      const { InstanceInformationList: chosen } = await json(
        'describe-instance-information',
        '--filters',
        'Key=PingStatus,Values=Online',
      );
      expect(chosen).toHaveLength(lab.nodes.filter(({ online }) => online).length);
    });

    test('reads connection status and documents', async () => {
      expect(await json('get-connection-status', '--target', node)).toEqual({
        Target: node,
        Status: 'connected',
      });
      expect(await json('get-document', '--name', 'AWS-StartSSHSession')).toMatchObject({
        DocumentType: 'Session',
      });
      expect(await json('describe-document', '--name', 'AWS-StartSSHSession')).toMatchObject({
        Document: { Name: 'AWS-StartSSHSession', Parameters: [{ Name: 'portNumber', DefaultValue: '22' }] },
      });
      const { DocumentIdentifiers: own } = await json(
        'list-documents',
        '--filters',
        'Key=Owner,Values=Self',
        'Key=DocumentType,Values=Session',
      );
      expect((own as { Name: string }[]).map(({ Name }) => Name)).toContain('SSM-SessionManagerRunShell');
    });

    test('starts a session through the plugin first on PATH, lists it, ends it and finds it in the history', async () => {
      const [response = '', rest] = (
        await aws('start-session', '--target', node, '--reason', 'a test')
      ).split('\n');
      const started = JSON.parse(response) as { SessionId: string; TokenValue: string; StreamUrl: string };
      expect(started.StreamUrl).toContain(`/v1/data-channel/${started.SessionId}?`);
      expect(rest).toBe(`${lab.region} StartSession ${lab.endpoint}`);
      expect(await json('describe-sessions', '--state', 'Active')).toMatchObject({
        Sessions: [{ SessionId: started.SessionId, Reason: 'a test', Target: node }],
      });
      expect(await json('terminate-session', '--session-id', started.SessionId)).toEqual({
        SessionId: started.SessionId,
      });
      expect(
        await json(
          'describe-sessions',
          '--state',
          'History',
          '--filters',
          `key=SessionId,value=${started.SessionId}`,
        ),
      ).toMatchObject({
        Sessions: [{ SessionId: started.SessionId }],
      });
    });

    test('shows the lab’s errors as the service’s', async () => {
      await expect(aws('start-session', '--target', 'i-0a1b2c3d4e5f60003')).rejects.toThrow(
        /An error occurred \(TargetNotConnected\) when calling the StartSession operation: i-0a1b2c3d4e5f60003 is not connected/,
      );
      await expect(aws('get-document', '--name', 'No-Such')).rejects.toThrow(/\(InvalidDocument\)/);
      await expect(aws('get-parameter', '--name', 'x')).rejects.toThrow(/\(UnknownOperationException\)/);
    });
  },
);
