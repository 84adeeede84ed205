import { describe, expect, it } from 'vitest';
import { Incoming, type StreamMessage } from '../../../src/ssm/channel/incoming.ts';
import { Outgoing } from '../../../src/ssm/channel/outgoing.ts';
import { decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { type Mutation, runLossySession } from '../support/lossy-session.ts';

const seeds = 10_000;
const seedsPerTest = 1000;

describe('over a link that loses, repeats, reorders and cuts', () => {
  const firstSeeds = Array.from({ length: seeds / seedsPerTest }, (_, index) => index * seedsPerTest + 1);
  it.each(firstSeeds)(
    'every byte arrives once and in order both ways (1000 sessions from seed %i)',
    (first) => {
      for (let seed = first; seed < first + seedsPerTest; seed += 1) runLossySession(seed);
    },
    120_000,
  );
});

/** Does not acknowledge again what it has had before. */
class NeverAgain extends Incoming {
  override accept(message: StreamMessage): ReturnType<Incoming['accept']> {
    const arrival = super.accept(message);
    return arrival === 'duplicate' ? 'refused' : arrival;
  }
}

/** Forgets what is unacknowledged when the connection is renewed. */
class Forgetful extends Outgoing {
  override reconnected(): void {
    for (let number = 0; number < this.nextSequenceNumber; number += 1) this.acknowledge(number);
  }
}

/** Keeps a message only once its first send has succeeded, as the official client does. */
class SendsFirst extends Outgoing {
  #firstUnsent = 0;

  sent(frame: Uint8Array, wasTaken: boolean): void {
    const { messageType, sequenceNumber } = decodeAgentMessage(frame);
    if (messageType !== 'input_stream_data' || sequenceNumber < this.#firstUnsent) return;
    this.#firstUnsent = sequenceNumber + 1;
    if (!wasTaken) this.acknowledge(sequenceNumber);
  }
}

const mutations: Record<string, { mutation: Mutation; symptom: RegExp }> = {
  'duplicates are not acknowledged again': {
    mutation: { makeIncoming: (limit, bytes) => new NeverAgain(limit, bytes) },
    symptom: /Stalled/,
  },
  'the reorder buffer has no bound': {
    mutation: { makeIncoming: () => new Incoming(Infinity, Infinity) },
    symptom: /exceeds its bound/,
  },
  'a message is sent before it is appended': {
    mutation: {
      makeOutgoing: (limit, bytes) => new SendsFirst(limit, bytes),
      onSent: (outgoing, frame, wasTaken) => {
        if (outgoing instanceof SendsFirst) outgoing.sent(frame, wasTaken);
      },
    },
    symptom: /Stalled/,
  },
  'state is dropped on resume': {
    mutation: { makeOutgoing: (limit, bytes) => new Forgetful(limit, bytes) },
    symptom: /Stalled/,
  },
};

/** The message of the first failure within 1000 seeds. */
function firstFailure(mutation: Mutation): string | undefined {
  for (let seed = 1; seed <= 1000; seed += 1) {
    try {
      runLossySession(seed, mutation);
    } catch (error) {
      return String(error);
    }
  }
  return undefined;
}

describe('the sessions above notice when', () => {
  it.each(Object.entries(mutations))(
    '%s',
    (_, { mutation, symptom }) => {
      expect(firstFailure(mutation)).toMatch(symptom);
    },
    120_000,
  );
});
