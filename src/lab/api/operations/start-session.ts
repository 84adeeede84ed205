import { defaultDocumentName, findDocument } from '../../documents.ts';
import { checkParameters, type ParameterProblem, resolveParameters } from '../../session-parameters.ts';
import { checkNodeRights } from '../../approvals/node-rights.ts';
import { ApiError } from '../api-error.ts';
import type { Operation } from '../context.ts';
import { mapOfTextLists, optionalText, requiredText } from '../members.ts';

/** Bounds of the service model (protocol notes, section 1.1). */
const documentNamePattern = /^[a-zA-Z0-9_\-.:/]{3,128}$/;

export const startSession: Operation = (members, context, region, caller) => {
  const target = requiredText(members, 'Target', { min: 1, max: 400 });
  const documentName = optionalText(members, 'DocumentName', { pattern: documentNamePattern });
  const reason = optionalText(members, 'Reason', { min: 1, max: 256, pattern: /^.{1,256}$/ });
  const given = mapOfTextLists(members, 'Parameters', { min: 1, max: 65_535 });

  // Rights are looked at before anything is said of the node.
  checkNodeRights({ caller, action: 'ssm:StartSession', nodeId: target, region }, context.approvals);
  const node = context.findTarget(region, target);
  if (!node?.online || node.machine !== 'running')
    throw new ApiError('TargetNotConnected', `${target} is not connected.`);
  const document =
    context.documents.find(documentName ?? defaultDocumentName) ??
    // The service makes the account's preferences at their first use.
    (documentName === undefined ? findDocument(defaultDocumentName) : undefined);
  if (!document) {
    throw new ApiError('InvalidDocument', `Document with name ${documentName} does not exist.`);
  }
  if (document.documentType !== 'Session') {
    throw new ApiError('InvalidDocument', `Document type: ${document.documentType} is not supported.`);
  }
  if (!context.canRun(document)) {
    throw new ApiError(
      'InvalidDocument',
      `The agent of this lab runs no sessions of type ${document.content.sessionType} (document ${document.name}).`,
    );
  }
  const problem = checkParameters(document.content, given);
  if (problem) throw invalidParameters(problem);

  const parameters = resolveParameters(document.content, given);
  const record = context.openSession({ node, target, document, documentName, reason, parameters });
  return {
    SessionId: record.id,
    TokenValue: context.issueToken(record),
    StreamUrl: context.streamUrl(record),
  };
};

function invalidParameters(problem: ParameterProblem): ApiError {
  return new ApiError('InvalidParameters', sentence(problem));
}

function sentence(problem: ParameterProblem): string {
  switch (problem.kind) {
    case 'unknown':
      return `Parameters [${problem.names.join(', ')}] are not defined in the document.`;
    case 'missing':
      return `Parameters [${problem.names.join(', ')}] must be provided in the request.`;
    case 'not-single':
      return `Parameter "${problem.name}" must have exactly one value.`;
    case 'pattern':
      return `Parameter "${problem.name}" has a value that does not match ${problem.pattern}.`;
    case 'value':
      return `Parameter "${problem.name}" must be one of [${problem.allowed.join(', ')}].`;
    case 'length':
      return `Parameter "${problem.name}" has a value of a length that is not allowed.`;
    case 'type':
      return `Parameter "${problem.name}" must be of type ${problem.type}.`;
  }
}
