import { labAccountId, labRegion } from '../lab-account.ts';

/** A key of the lab's KMS. Ids are fixed, so that documents and tests can name them. */
export interface LabKey {
  id: string;
  arn: string;
  /** Without the `alias/` in front. */
  alias: string;
  /** Whether callers may have data keys made; `denied` is for showing what happens where they may not. */
  isDenied: boolean;
}

function key(id: string, alias: string, isDenied: boolean): LabKey {
  return { id, arn: `arn:aws:kms:${labRegion}:${labAccountId}:key/${id}`, alias, isDenied };
}

export const labKeys = {
  session: key('1234abcd-12ab-34cd-56ef-1234567890ab', 'lab-session', false),
  denied: key('0987dcba-09fe-87dc-65ba-ab0987654321', 'lab-denied', true),
} as const;

/** The key that a key id, an ARN, an alias or the ARN of an alias names. */
export function findKey(name: string): LabKey | undefined {
  const alias = /^(?:arn:aws:kms:[^:]+:\d+:)?alias\/(.+)$/.exec(name)?.[1];
  return Object.values(labKeys).find((known) =>
    alias === undefined ? known.id === name || known.arn === name : known.alias === alias,
  );
}
