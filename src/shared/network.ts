import { z } from 'zod';

/** An address of a service, instead of the Region's own, e.g. that of a VPC endpoint. Main takes http for this computer only. */
export const endpointSchema = z.url({ protocol: /^https?$/ });

/** The path to services. A password is kept apart (`saveProfile`), encrypted by the system's key store. */
export const proxySchema = z.discriminatedUnion('kind', [
  /** HTTPS_PROXY and NO_PROXY. */
  z.strictObject({ kind: z.literal('environment') }),
  /** What the system's settings say for the address. */
  z.strictObject({ kind: z.literal('system') }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('url'),
    /** Of a proxy that answers CONNECT, without a user and a password in it. */
    url: z.url({ protocol: /^https?$/ }).refine((url) => !/^[a-z]+:\/\/[^/]*@/i.test(url)),
    username: z.string().min(1).max(256).optional(),
  }),
]);
export type Proxy = z.infer<typeof proxySchema>;

/** How a profile reaches AWS. What is absent is left to the AWS settings of this computer, and to the SDK. */
export const networkSchema = z.strictObject({
  endpoints: z
    .strictObject({
      ssm: endpointSchema.optional(),
      /** Of the data channel: replaces the host of the stream URL. */
      ssmmessages: endpointSchema.optional(),
      kms: endpointSchema.optional(),
      /** Asked for names and tags of instances only. */
      ec2: endpointSchema.optional(),
      /** Asked for containers and for shells in them. */
      ecs: endpointSchema.optional(),
      sts: endpointSchema.optional(),
    })
    .optional(),
  /** As `environment` when absent. */
  proxy: proxySchema.optional(),
  /** Path of a file with certificates in PEM that are trusted beside the system's own. */
  caFile: z.string().min(1).max(4096).optional(),
  useFips: z.boolean().optional(),
  useDualstack: z.boolean().optional(),
  retryMode: z.enum(['standard', 'adaptive']).optional(),
  /** Attempts per call, the first one included. */
  maxAttempts: z.number().int().min(1).max(10).optional(),
  /** Seconds until a connection must stand, and until an answer must be there. */
  connectTimeoutS: z.number().int().min(1).max(120).optional(),
  answerTimeoutS: z.number().int().min(1).max(600).optional(),
});
export type Network = z.infer<typeof networkSchema>;

/** A password as it is typed. Empty: there is none any more. */
export const proxyPasswordSchema = z.string().max(1024);
