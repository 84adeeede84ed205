import { type Check, checkNames, type Examination, type Finding } from '../../../src/shared/doctor.ts';
import type { Door } from '../../../src/shared/door.ts';

const findings: Partial<Record<Check['name'], Finding>> = {
  identity: good('The credentials are those of arn:aws:sts::123456789012:assumed-role/Operator/ops.'),
  proxy: good('Through proxy.corp.example:3128.'),
  endpoint: good('ssm.eu-west-1.amazonaws.com answers (HTTP 404), and its certificate is trusted.'),
  gateway: good('ssmmessages.eu-west-1.amazonaws.com answers when it is asked for a WebSocket (HTTP 403).'),
  clock: {
    verdict: 'attention',
    message: "This computer's clock is 2 min behind the service's; more than 5 min are refused.",
    fix: 'Set the clock, or switch on setting it from the network.',
  },
  node: good('i-0b77d1e5a0b3c11d0 is registered in eu-west-1.'),
  ping: {
    verdict: 'bad',
    message: 'The agent has lost its connection, last heard of 3 h ago.',
    fix: 'Check that the node runs, that its SSM Agent runs and has memory and disk to, and that it reaches ssm, ssmmessages and ec2messages of its Region over HTTPS.',
  },
  agent: good('Version 3.3.1142.0 can do what the document asks for.'),
  document: good('SSM-SessionManagerRunShell, version 4, starts sessions of the kind Standard_Stream.'),
  key: {
    verdict: 'bad',
    message:
      'The credentials do not allow kms:GenerateDataKey on arn:aws:kms:eu-west-1:123456789012:key/1234abcd.',
    fix: 'Ask for a policy that allows kms:GenerateDataKey on that key; its own key policy must allow it too.',
    error: {
      code: 'kms-denied',
      attempted: 'Try the key of the session document',
      message: '',
      hint: '',
      retryable: false,
      aws: {
        name: 'AccessDeniedException',
        operation: 'GenerateDataKey',
        httpStatus: 400,
        requestId: '7f0c1a52-3f1e',
      },
    },
  },
};

function good(message: string): Finding {
  return { verdict: 'good', message, fix: '' };
}

/** Finds one thing after the other. */
export function fakeDoctor(
  emit: (name: 'examinationChanged', payload: Examination) => void,
): Pick<Door, 'examine' | 'stopExamination'> {
  return {
    examine: ({ target, nodeName }) => {
      const report: Examination = {
        id: crypto.randomUUID(),
        profileName: 'Acme production',
        region: 'eu-west-1',
        target,
        nodeName: nodeName ?? target,
        startedAt: Date.now(),
        progress: 'running',
        checks: checkNames.map((name, at) => ({ name, state: { kind: at < 5 ? 'running' : 'waiting' } })),
      };
      const step = (at: number): void => {
        const checks = report.checks.map((check, index): Check => {
          const finding = findings[check.name];
          if (index >= at) return check;
          return finding === undefined
            ? { ...check, state: { kind: 'running' } }
            : { ...check, state: { kind: 'done', finding, tookMs: 84 + index * 31 } };
        });
        emit('examinationChanged', { ...report, checks });
        if (at < checks.length) window.setTimeout(() => step(at + 1), 120);
      };
      window.setTimeout(() => step(1), 120);
      return Promise.resolve({ ok: true, value: report });
    },
    stopExamination: () => Promise.resolve({ ok: true, value: undefined }),
  };
}
