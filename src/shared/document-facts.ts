import { z } from 'zod';
import { sessionPreferencesSchema } from './session-preferences.ts';

const limitSchema = z.number().int().min(0).optional();

/**
 * A parameter of a session document; `StringList` takes several values, every other one. All texts are whoever wrote the
 * document's.
 */
export const documentParameterSchema = z.strictObject({
  name: z.string(),
  type: z.enum(['String', 'StringList', 'Boolean', 'Integer']),
  description: z.string(),
  /** Absent: a value must be given. */
  default: z.array(z.string()).optional(),
  allowedValues: z.array(z.string()).optional(),
  /** A regular expression of the service's own dialect. The service checks it; a page may try it as a help only. */
  allowedPattern: z.string().optional(),
  /** Of each value. */
  minChars: limitSchema,
  maxChars: limitSchema,
  /** Of a `StringList`. */
  minItems: limitSchema,
  maxItems: limitSchema,
});
export type DocumentParameter = z.infer<typeof documentParameterSchema>;

/** What a session document says of the sessions that it starts (protocol notes, section 9.2). */
export const documentFactsSchema = z.strictObject({
  /** As it was asked for: a name or an ARN. */
  name: z.string(),
  /** The version that was read: the document's default, which is what StartSession takes. */
  version: z.string().optional(),
  description: z.string(),
  /** Absent where the document does not say, or says something that is not known here. */
  sessionType: z
    .enum(['Standard_Stream', 'InteractiveCommands', 'NonInteractiveCommands', 'Port'])
    .optional(),
  /** Sessions are encrypted with a KMS key: the caller needs kms:GenerateDataKey. */
  hasKmsKey: z.boolean(),
  parameters: z.array(documentParameterSchema),
  /** Absent where the document has none of its own; those of the account are then what is left to look at. */
  preferences: sessionPreferencesSchema.optional(),
});
export type DocumentFacts = z.infer<typeof documentFactsSchema>;

/** What StartSession uses when no document is named: the account's session preferences (protocol notes, section 9.1). */
export const preferencesDocumentName = 'SSM-SessionManagerRunShell';

/** Whose documents a list holds: the account's, those that others share with it, Amazon's, or those shared with everybody. */
export const documentScopeSchema = z.enum(['own', 'shared', 'amazon', 'public']);
export type DocumentScope = z.infer<typeof documentScopeSchema>;

/** One entry of a list of session documents. */
export const listedDocumentSchema = z.strictObject({
  /** What StartSession takes: of a shared document, its ARN. */
  name: z.string(),
  arn: z.string().optional(),
  /** Account number, or `Amazon`. */
  owner: z.string(),
  /** The default one. */
  version: z.string(),
});
export type ListedDocument = z.infer<typeof listedDocumentSchema>;

export const documentPageSchema = z.strictObject({
  documents: z.array(listedDocumentSchema),
  /** Where the next page begins, in the service's own words; absent on the last one. */
  next: z.string().optional(),
});
export type DocumentPage = z.infer<typeof documentPageSchema>;
