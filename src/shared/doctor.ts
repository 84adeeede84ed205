import { z } from 'zod';
import { appErrorSchema } from './errors.ts';
import { isContainerTarget } from './targets.ts';
import { documentNameSchema, idSchema, targetSchema } from './models.ts';

/** All that is looked at to find out why a session cannot be started. */
export const checkNames = [
  'identity',
  'proxy',
  'endpoint',
  'gateway',
  'clock',
  'permissions',
  'node',
  'ping',
  'task',
  'exec',
  'agent',
  'document',
  'key',
] as const;
export const checkNameSchema = z.enum(checkNames);
export type CheckName = z.infer<typeof checkNameSchema>;

const containerOnly: readonly CheckName[] = ['task', 'exec'];
const nodeOnly: readonly CheckName[] = ['node', 'ping'];

/** What is looked at for a target, in the order in which it is shown. A shell in a container takes no document. */
export function checkNamesFor({
  target,
  documentName,
}: Pick<ExamineRequest, 'target' | 'documentName'>): CheckName[] {
  const isContainer = isContainerTarget(target);
  const others = isContainer ? nodeOnly : containerOnly;
  return checkNames.filter(
    (name) => !others.includes(name) && !(isContainer && name === 'document' && documentName === undefined),
  );
}

/**
 * `attention`: it works, but something is worth a look. `bad`: a session cannot be started like this. `unknown`: it could not
 * be found out, mostly because of another check.
 */
export const verdictSchema = z.enum(['good', 'attention', 'bad', 'unknown']);
export type Verdict = z.infer<typeof verdictSchema>;

export const findingSchema = z.strictObject({
  verdict: verdictSchema,
  /** What was found, in plain words. */
  message: z.string(),
  /** What to do about it; empty where there is nothing to do. */
  fix: z.string(),
  /** The call's own error, where one stands behind the finding. */
  error: appErrorSchema.optional(),
});
export type Finding = z.infer<typeof findingSchema>;

export const checkSchema = z.strictObject({
  name: checkNameSchema,
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('waiting') }),
    z.strictObject({ kind: z.literal('running') }),
    z.strictObject({ kind: z.literal('done'), finding: findingSchema, tookMs: z.number() }),
  ]),
});
export type Check = z.infer<typeof checkSchema>;

export const examinationSchema = z.strictObject({
  id: idSchema,
  profileName: z.string(),
  /** Empty until it is known. */
  region: z.string(),
  target: z.string(),
  nodeName: z.string(),
  documentName: z.string().optional(),
  startedAt: z.number(),
  progress: z.enum(['running', 'finished', 'stopped']),
  checks: z.array(checkSchema),
});
export type Examination = z.infer<typeof examinationSchema>;

export const examineRequestSchema = z.strictObject({
  profileId: idSchema,
  target: targetSchema,
  nodeName: z.string().max(256).optional(),
  documentName: documentNameSchema.optional(),
});
export type ExamineRequest = z.infer<typeof examineRequestSchema>;
