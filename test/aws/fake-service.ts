import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the fake received it. */
export interface ReceivedCall {
  operation: string;
  body: Record<string, unknown>;
  headers: IncomingHttpHeaders;
}

/** What to answer: JSON 1.1, a raw body, or a connection cut without an answer, or none at all. */
export type FakeAnswer =
  | { json: unknown; status?: number }
  | { raw: string; status: number }
  | { error: string; message?: string; status?: number }
  | 'cut'
  | 'silence';

export interface FakeService {
  endpoint: string;
  calls: ReceivedCall[];
  close(): Promise<void>;
}

/** A service on loopback that answers JSON 1.1; `answer` decides, per request. */
export async function startFakeService(answer: (call: ReceivedCall) => FakeAnswer): Promise<FakeService> {
  const calls: ReceivedCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const call: ReceivedCall = {
        operation: String(request.headers['x-amz-target'] ?? request.url).replace(
          /^(AmazonSSM|TrentService)\./,
          '',
        ),
        body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
        headers: request.headers,
      };
      calls.push(call);
      const reply = answer(call);
      if (reply === 'silence') return;
      if (reply === 'cut') {
        request.socket.destroy();
        return;
      }
      const status = reply.status ?? ('error' in reply ? 400 : 200);
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': 'request-1',
      });
      if ('raw' in reply) response.end(reply.raw);
      else if ('error' in reply)
        response.end(
          JSON.stringify({ __type: `com.amazonaws.ssm#${reply.error}`, message: reply.message ?? '' }),
        );
      else response.end(JSON.stringify(reply.json));
    });
  });
  await listen(server);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Looks like a key, opens nothing. */
export const fakeKeys = {
  accessKeyId: 'AKIDFAKEFAKEFAKEFAKE',
  secretAccessKey: 'fake-secret-that-must-not-show',
  sessionToken: 'fake-session-token-that-must-not-show',
};

/** A GetDocument answer for a session document. */
export const sessionDocument = {
  json: {
    Name: 'SSM-SessionManagerRunShell',
    DocumentType: 'Session',
    DocumentFormat: 'JSON',
    Content: '{}',
  },
} as const;

export const startedSession = {
  json: {
    SessionId: 'someone-0a1b2c3d4e5f60718',
    TokenValue: 'token-that-must-not-show',
    StreamUrl:
      'wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/someone-0a1b2c3d4e5f60718?role=publish_subscribe',
  },
} as const;
