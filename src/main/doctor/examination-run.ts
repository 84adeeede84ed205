import type { DoctorCalls } from '../../aws/doctor/doctor-calls.ts';
import type { ProbeAnswer } from '../../aws/doctor/probe.ts';
import type { SessionDocument } from '../../aws/session-document.ts';
import { preferencesDocumentName } from '../../shared/document-facts.ts';
import type { CheckName, Examination, Finding } from '../../shared/doctor.ts';
import { AppError, type AppErrorData, toAppErrorData } from '../../shared/errors.ts';
import type { ManagedNode } from '../../shared/inventory.ts';
import { isContainerTarget } from '../../shared/targets.ts';
import type { Connect, Connection } from '../connection.ts';
import { examineContainer } from './container-examination.ts';
import { ExaminationReport, type ReportOptions } from './examination-report.ts';
import type { Answer } from './examiner.ts';
import {
  failedCall,
  judgeAgent,
  judgeClock,
  judgeDocument,
  judgeEndpoint,
  judgeGateway,
  judgeIdentity,
  judgeNode,
  judgePermissions,
  judgePing,
  judgeProxy,
  judgeUnreadDocument,
  unknown,
} from './findings.ts';

export interface ExaminationOptions extends ReportOptions {
  connect: Connect;
}

/** What is looked at without credentials; all else waits for what is said of those. */
const withoutCredentials: readonly CheckName[] = ['identity', 'proxy', 'endpoint', 'gateway', 'clock'];

/**
 * Why a session cannot be started: looks at all that it needs, at once as far as one thing does not wait for another, and
 * tells each finding when it is there. Changes nothing and starts nothing at the service.
 */
export class ExaminationRun {
  readonly #options: ExaminationOptions;
  readonly #report: ExaminationReport;
  readonly #permissions = new Map<string, 'allowed' | 'denied'>();
  #letGo: () => void = () => {};

  constructor(options: ExaminationOptions) {
    this.#options = options;
    this.#report = new ExaminationReport(options);
    void this.#run();
  }

  report(): Examination {
    return this.#report.value();
  }

  /** What has not been found out by now is not looked for any more. */
  stop(): void {
    if (!this.#report.isRunning) return;
    this.#report.stop();
    this.#letGo();
  }

  async #run(): Promise<void> {
    const { profile, connect } = this.#options;
    let connection: Connection;
    try {
      connection = await connect(profile);
    } catch (error) {
      // Without a Region or readable settings there is nothing to ask.
      this.#report.conclude('identity', failedCall(toAppErrorData(error, 'Connect')), 0);
      this.#report.finish();
      return;
    }
    const calls = connection.doctor();
    this.#letGo = () => {
      calls.close();
      connection.controlPlane.close();
    };
    this.#report.inRegion(connection.region);
    if (this.#report.isRunning) {
      await Promise.all([this.#lookAtTheWay(calls), this.#lookInside(calls, connection)]);
      this.#report.finish();
    }
    this.#letGo();
  }

  /** Proxy, endpoint, gateway and clock: what can be seen without credentials. */
  async #lookAtTheWay(calls: DoctorCalls): Promise<void> {
    const endpoint = async (): Promise<void> => {
      const startedAt = this.#report.begin('endpoint', 'proxy', 'clock');
      const answer = await this.#ask(calls.probe('endpoint'));
      const tookMs = this.#options.now() - startedAt;
      if ('value' in answer) {
        this.#report.conclude('endpoint', judgeEndpoint(answer.value), tookMs);
        this.#report.conclude('proxy', judgeProxy(answer.value), tookMs);
        this.#report.conclude('clock', judgeClock(answer.value), tookMs);
        return;
      }
      const isProxy = answer.error.code === 'proxy-refused';
      const isClock = answer.error.code === 'clock-skew';
      this.#report.conclude(
        'proxy',
        isProxy ? failedCall(answer.error) : unknown('The endpoint was not reached.'),
        tookMs,
      );
      this.#report.conclude(
        'endpoint',
        isProxy ? unknown('The proxy is in the way.') : failedCall(answer.error),
        tookMs,
      );
      this.#report.conclude(
        'clock',
        isClock ? failedCall(answer.error) : unknown('The endpoint was not reached.'),
        tookMs,
      );
    };
    const gateway = (): Promise<unknown> =>
      this.#check(
        'gateway',
        () => this.#ask(calls.probe('gateway')),
        (answer: ProbeAnswer) => judgeGateway(answer),
      );
    await Promise.all([endpoint(), gateway()]);
  }

  /** Whose credentials they are, and what they get to see. */
  async #lookInside(calls: DoctorCalls, connection: Connection): Promise<void> {
    const identity = await this.#check('identity', () => this.#ask(calls.callerIdentity()), judgeIdentity);
    if ('error' in identity && isAboutCredentials(identity.error)) {
      for (const name of this.#report.names) {
        if (withoutCredentials.includes(name)) continue;
        this.#report.conclude(name, unknown('Without credentials nobody answers.'), 0);
      }
      return;
    }
    const { target, documentName } = this.#options.request;
    if (isContainerTarget(target)) await this.#lookIntoContainer(calls, connection);
    else await this.#lookAtNode(calls, connection);
    const start =
      isContainerTarget(target) && documentName === undefined ? 'ecs:ExecuteCommand' : 'ssm:StartSession';
    const tookMs = this.#options.now() - this.#report.startedAt;
    this.#report.conclude('permissions', judgePermissions(this.#permissions, start), tookMs);
  }

  async #lookIntoContainer(calls: DoctorCalls, { controlPlane }: Connection): Promise<void> {
    const { request, now } = this.#options;
    const { documentName } = request;
    const container = examineContainer(request, controlPlane, calls, {
      begin: (...names) => this.#report.begin(...names),
      ask: (call, action) => this.#ask(call, action),
      conclude: (name, finding, startedAt) => this.#report.conclude(name, finding, now() - startedAt),
    });
    if (documentName === undefined) return container;
    const document = this.#document(controlPlane.readDocument(documentName));
    await Promise.all([container, this.#key(calls, document)]);
  }

  async #lookAtNode(calls: DoctorCalls, { controlPlane }: Connection): Promise<void> {
    const { target, documentName } = this.#options.request;
    const document = this.#document(controlPlane.readDocument(documentName ?? preferencesDocumentName));
    const node = this.#check(
      'node',
      () => this.#ask(controlPlane.findNode(target), 'ssm:DescribeInstanceInformation'),
      (found) => judgeNode(found, target, this.#report.region),
    );
    await Promise.all([
      this.#ping(calls, node),
      this.#agent(node, document),
      this.#key(calls, document),
      this.#ask(firstPage(controlPlane.listActiveSessions()), 'ssm:DescribeSessions'),
    ]);
  }

  async #document(asked: Promise<SessionDocument>): Promise<Answer<SessionDocument>> {
    const startedAt = this.#report.begin('document');
    const answer = await this.#ask(asked, 'ssm:GetDocument');
    const isDefault = this.#options.request.documentName === undefined;
    const finding =
      'value' in answer ? judgeDocument(answer.value) : judgeUnreadDocument(answer.error, isDefault);
    this.#report.conclude('document', finding, this.#options.now() - startedAt);
    return answer;
  }

  async #ping(calls: DoctorCalls, asked: Promise<Answer<ManagedNode | undefined>>): Promise<void> {
    const startedAt = this.#report.begin('ping');
    const { target } = this.#options.request;
    const [node, status] = await Promise.all([
      asked,
      this.#ask(calls.connectionStatus(target), 'ssm:GetConnectionStatus'),
    ]);
    const known = 'value' in node ? node.value : undefined;
    const connected = 'value' in status ? status.value : undefined;
    const finding =
      known === undefined
        ? unknown('Nothing is known of the node.')
        : judgePing(known, connected, this.#options.now());
    this.#report.conclude('ping', finding, this.#options.now() - startedAt);
  }

  async #agent(
    asked: Promise<Answer<ManagedNode | undefined>>,
    askedDocument: Promise<Answer<SessionDocument>>,
  ): Promise<void> {
    const startedAt = this.#report.begin('agent');
    const [node, document] = await Promise.all([asked, askedDocument]);
    const known = 'value' in node ? node.value : undefined;
    const finding =
      known === undefined
        ? unknown('Nothing is known of the node.')
        : judgeAgent(known, 'value' in document ? document.value : undefined);
    this.#report.conclude('agent', finding, this.#options.now() - startedAt);
  }

  async #key(calls: DoctorCalls, askedDocument: Promise<Answer<SessionDocument>>): Promise<void> {
    const startedAt = this.#report.begin('key');
    const document = await askedDocument;
    const conclude = (finding: Finding): void =>
      this.#report.conclude('key', finding, this.#options.now() - startedAt);
    if ('error' in document) {
      conclude(
        document.error.code === 'document-not-found'
          ? { verdict: 'good', message: 'No document asks for one.', fix: '' }
          : unknown('The document could not be read.'),
      );
      return;
    }
    const keyId = document.value.preferences?.kmsKeyId;
    if (keyId === undefined || document.value.sessionType === 'Port') {
      conclude({
        verdict: 'good',
        message: 'The document asks for none: TLS encrypts the session.',
        fix: '',
      });
      return;
    }
    const tried = await this.#ask(calls.tryKey(keyId, this.#options.request.target), 'kms:GenerateDataKey');
    conclude(
      'error' in tried
        ? failedCall(tried.error)
        : { verdict: 'good', message: `kms:GenerateDataKey is allowed on ${keyId}.`, fix: '' },
    );
  }

  async #check<T>(
    name: CheckName,
    ask: () => Promise<Answer<T>>,
    judge: (value: T) => Finding,
  ): Promise<Answer<T>> {
    const startedAt = this.#report.begin(name);
    const answer = await ask();
    const finding = 'value' in answer ? judge(answer.value) : failedCall(answer.error);
    this.#report.conclude(name, finding, this.#options.now() - startedAt);
    return answer;
  }

  /** @param action what the call shows to be allowed or denied */
  async #ask<T>(call: Promise<T>, action?: string): Promise<Answer<T>> {
    try {
      const value = await call;
      if (action !== undefined) this.#permissions.set(action, 'allowed');
      return { value };
    } catch (error) {
      const data = toAppErrorData(error, 'Find out why a session cannot be started');
      if (action !== undefined && error instanceof AppError && isDenied(data))
        this.#permissions.set(action, 'denied');
      return { error: data };
    }
  }
}

async function firstPage<T>(pages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const page of pages) return page;
  return undefined;
}

const isAboutCredentials = ({ code }: AppErrorData): boolean =>
  ['credentials-missing', 'credentials-expired', 'sign-in-needed', 'settings-malformed'].includes(code);

const isDenied = ({ code }: AppErrorData): boolean =>
  ['access-denied', 'document-denied', 'kms-denied'].includes(code);
