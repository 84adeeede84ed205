import type { QueryService } from '../query/query-service.ts';
import { element, toXml } from '../query/xml.ts';
import { describeInstances } from './describe-instances.ts';

const apiVersion = '2016-11-15';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** As much of EC2 as a node list uses. Its documents are its own: no element around the result. */
export const ec2: QueryService = {
  signingName: 'ec2',
  apiVersion,
  operations: {
    DescribeInstances: (form, context, { region }) =>
      describeInstances(form, context.nodesIn(region), region),
  },
  answerDocument(action, requestId, answer) {
    const space = `http://ec2.amazonaws.com/doc/${apiVersion}/`;
    const name = `${action}Response`;
    return `${declaration}<${name} xmlns="${space}">${element('requestId', requestId)}${toXml(answer)}</${name}>`;
  },
  errorDocument: (requestId, { code, message }) =>
    declaration +
    element('Response', { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId }),
};
