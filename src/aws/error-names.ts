/**
 * Names of AWS errors that mean the same to us. The modelled ones are those of the operations used; the others come from the
 * service's front door or from STS and differ in wording between services and protocols.
 */
const groups = {
  targetNotConnected: ['TargetNotConnected', 'TargetNotConnectedException'],
  documentMissing: [
    'InvalidDocument',
    'InvalidDocumentVersion',
    'InvalidDocumentContent',
    'InvalidDocumentSchemaVersion',
  ],
  denied: [
    'AccessDeniedException',
    'AccessDenied',
    'UnauthorizedOperation',
    'NotAuthorized',
    'OptInRequired',
  ],
  expired: ['ExpiredTokenException', 'ExpiredToken', 'TokenRefreshRequired', 'UnauthorizedException'],
  unknownKey: [
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'InvalidAccessKeyId',
    'AuthFailure',
    'NotSignedUp',
  ],
  unsigned: [
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'IncompleteSignature',
    'IncompleteSignatureException',
  ],
  signature: ['SignatureDoesNotMatch', 'InvalidSignatureException'],
  clock: ['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed'],
  throttled: [
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'RequestThrottled',
    'RequestThrottledException',
    'RequestLimitExceeded',
    'TooManyRequestsException',
    'TooManyUpdates',
    'SlowDown',
    'BandwidthLimitExceeded',
  ],
  quota: [
    'ServiceQuotaExceededException',
    'LimitExceededException',
    'LimitExceeded',
    'ResourceLimitExceededException',
    'QuotaExceededException',
    'MaxDocumentSizeExceeded',
    'OpsItemLimitExceededException',
    'InstanceLimitExceeded',
  ],
  gone: ['DoesNotExistException'],
  missing: [
    'InvalidResourceId',
    'InvalidInstanceId',
    'ResourceNotFoundException',
    'ClusterNotFoundException',
    'ServiceNotFoundException',
  ],
  invalid: [
    'ValidationException',
    'ValidationError',
    'InvalidParameters',
    'InvalidParameterValue',
    'InvalidParameterException',
    'InvalidFilterKey',
    'InvalidNextToken',
    'SerializationException',
  ],
  unsupported: ['UnknownOperationException', 'InvalidAction', 'UnsupportedOperation', 'NotFoundException'],
  serverFault: [
    'InternalServerError',
    'InternalFailure',
    'InternalServerException',
    'InternalServiceException',
    'ServerException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
  ],
} as const;

export type ErrorGroup = keyof typeof groups;

const groupByName = new Map<string, ErrorGroup>(
  (Object.keys(groups) as ErrorGroup[]).flatMap((group) =>
    groups[group].map((name) => [name, group] as const),
  ),
);

/** Undefined when the name is not one that is known here; the HTTP status then decides. */
export function errorGroup(name: string): ErrorGroup | undefined {
  return groupByName.get(name);
}
