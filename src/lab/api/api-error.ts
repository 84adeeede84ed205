/** An error as the SSM API answers it: a name, a sentence and an HTTP status (400 unless it says otherwise). */
export class ApiError extends Error {
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, message: string, httpStatus = 400) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** A request member that breaks the service model, in the wording of the real service. */
export function validationError(member: string, value: unknown, constraint: string): ApiError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return new ApiError(
    'ValidationException',
    `1 validation error detected: Value '${shown ?? 'null'}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** Temporary credentials whose time is over. */
export function expiredToken(): ApiError {
  return new ApiError('ExpiredTokenException', 'The security token included in the request is expired');
}
