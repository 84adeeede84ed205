import { describe, expect, it } from 'vitest';
import { Incoming, type StreamMessage } from '../../../src/ssm/channel/incoming.ts';
import { Outgoing } from '../../../src/ssm/channel/outgoing.ts';
import { decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { type Mutation, runLossySession } from '../support/lossy-session.ts';

const seeds = 10_000;
const seedsPerTest = 1000;

describe('over a link that loses, repeats, reorders and cuts', () => {
  const firstSeeds = Array.from({ length: seeds / seedsPerTest }, (_, index) => index * seedsPerTest + 1);
  it.each(firstSeeds)('every byte arrives once and in order both ways (1000 sessions from seed %i)', (first) => {
    for (let seed = first; seed < first + seedsPerTest; seed += 1) runLossySession(seed);
  }, 120_000);
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

const mutations: Record<string, Mutation> = {
  'duplicates are not acknowledged again': { makeIncoming: (limit, bytes) => new NeverAgain(limit, bytes) },
  'the reorder buffer has no bound': { makeIncoming: () => new Incoming(Infinity, Infinity) },
  'a message is sent before it is appended': {
    makeOutgoing: (limit) => new SendsFirst(limit),
    onSent: (outgoing, frame, wasTaken) => {
      if (outgoing instanceof SendsFirst) outgoing.sent(frame, wasTaken);
    },
  },
  'state is dropped on resume': { makeOutgoing: (limit) => new Forgetful(limit) },
};

describe('the sessions above notice when', () => {
  it.each(Object.entries(mutations))('%s', (_, mutation) => {
    const isNoticed = Array.from({ length: 1000 }, (__, index) => index + 1).some((seed) => {
      try {
        runLossySession(seed, mutation);
        return false;
      } catch {
        return true;
      }
    });
    expect(isNoticed).toBe(true);
  }, 120_000);
});
