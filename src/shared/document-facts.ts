import { z } from 'zod';

/** A parameter of a session document; `StringList` takes several values. All texts are whoever wrote the document's. */
export const documentParameterSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['String', 'StringList']),
  description: z.string(),
  /** Absent: a value must be given. */
  default: z.array(z.string()).optional(),
  /** A regular expression of the service's own dialect. The service checks it; a page may try it as a help only. */
  allowedPattern: z.string().optional(),
});

/** What a session document says of the sessions that it starts (protocol notes, section 9.2). */
export const documentFactsSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  /** Absent where the document does not say, or says something that is not known here. */
  sessionType: z
    .enum(['Standard_Stream', 'InteractiveCommands', 'NonInteractiveCommands', 'Port'])
    .optional(),
  /** Sessions are encrypted with a KMS key: the caller needs kms:GenerateDataKey. */
  hasKmsKey: z.boolean(),
  parameters: z.array(documentParameterSchema),
});
export type DocumentFacts = z.infer<typeof documentFactsSchema>;
