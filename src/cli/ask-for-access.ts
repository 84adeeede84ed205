import { begin, proceed } from '../aws/access-course.ts';
import { accessRefused } from '../aws/access-refused.ts';
import type { AccessGrant, ControlPlane } from '../aws/control-plane.ts';
import { AppError, toAppErrorData } from '../shared/errors.ts';
import type { Interrupts } from './session/interrupts.ts';
import type { NoticeWriter } from './session/screen.ts';

/** How often it is said that nobody has decided yet. */
const sayEveryMs = 60_000;

export interface AccessWanted {
  target: string;
  /** 1 to 256 characters. */
  reason: string;
}

/**
 * Asks for access to a node, and waits until somebody has decided about it. Resolves with the approval, or with an exit code where
 * the program is to end; rejects with an AppError: `approval-refused`, or what the service answers.
 */
export async function askForAccess(
  plane: Pick<ControlPlane, 'startAccessRequest' | 'readAccess'>,
  { target, reason }: AccessWanted,
  notices: Pick<NoticeWriter, 'tell'>,
  interrupts: Interrupts,
): Promise<AccessGrant | number> {
  const requestId = await Promise.race([plane.startAccessRequest({ target, reason }), interrupts.raised]);
  if (typeof requestId === 'number') return requestId;
  const since = Date.now();
  notices.tell([
    `Asked for access to ${target}, request ${requestId}.`,
    'Waiting for somebody to approve it. Ctrl-C leaves; the request stays.',
  ]);
  let course = begin(since);
  let saidAt = since;
  for (;;) {
    switch (course.kind) {
      case 'waiting': {
        const code = await Promise.race([pause(course.nextAt - Date.now()), interrupts.raised]);
        if (code !== undefined) return code;
        if (Date.now() - saidAt >= sayEveryMs) {
          saidAt = Date.now();
          const trouble = course.trouble === undefined ? '' : ` ${course.trouble.message}`;
          notices.tell([`Still waiting, ${Math.round((saidAt - since) / 60_000)} min.${trouble}`]);
        }
        course = proceed(course, { kind: 'looked' }, Date.now(), Math.random());
        break;
      }
      case 'looking': {
        const input = await Promise.race([look(plane, requestId), interrupts.raised]);
        if (typeof input === 'number') return input;
        course = proceed(course, input, Date.now(), Math.random());
        break;
      }
      case 'granted':
        notices.tell([
          `Access to ${target} was approved until ${new Date(course.grant.expiresAt).toLocaleTimeString()}.`,
        ]);
        return course.grant;
      case 'refused':
        throw accessRefused(target, course.why);
      case 'barred':
      case 'lost':
        throw new AppError(course.error);
    }
  }
}

/** Where an approval is needed and was not asked for: how to ask. */
export function withWayToAsk(error: AppError): AppError {
  const { hint, ...data } = error.data;
  return new AppError(
    { ...data, hint: `${hint} To ask from here, add: --request-access --reason "why it is needed"` },
    error,
  );
}

const look = (plane: Pick<ControlPlane, 'readAccess'>, requestId: string) =>
  plane.readAccess(requestId).then(
    (status) => ({ kind: 'answered', status }) as const,
    (error: unknown) => ({ kind: 'failed', error: toAppErrorData(error, 'Look for the approval') }) as const,
  );

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), Math.max(0, ms));
  });
}
