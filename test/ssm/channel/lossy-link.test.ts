import { describe, expect, it } from 'vitest';
import type { DataKey } from '../../../src/ssm/channel/channel-types.ts';
import { Handshake, type HandshakeStep } from '../../../src/ssm/channel/handshake.ts';
import { Incoming, type StreamMessage } from '../../../src/ssm/channel/incoming.ts';
import { Outgoing } from '../../../src/ssm/channel/outgoing.ts';
import { decodeAgentMessage } from '../../../src/ssm/wire/agent-message.ts';
import { type Mutation, runLossySession, type SessionKind } from '../support/lossy-session.ts';

const seedsPerTest = 1000;
const plainSeeds = 10_000;
/** Each of these takes a little longer, and all but the handshake and the cipher is the same. */
const encryptedSeeds = 2000;
const oldSeeds = 1000;

const firstSeeds = (kind: SessionKind, seeds: number): [SessionKind, number][] =>
  Array.from({ length: seeds / seedsPerTest }, (_, index) => [kind, index * seedsPerTest + 1]);

describe('over a link that loses, repeats, reorders and cuts', () => {
  it.each([
    ...firstSeeds('plain', plainSeeds),
    ...firstSeeds('encrypted', encryptedSeeds),
    ...firstSeeds('old', oldSeeds),
  ])(
    'every byte arrives once and in order both ways (%s, 1000 sessions from seed %i)',
    (kind, first) => {
      for (let seed = first; seed < first + seedsPerTest; seed += 1) runLossySession(seed, kind);
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

/** Answers the challenge with its response once more, under a new number. */
class AnswersAgain extends Handshake {
  #answer: HandshakeStep = { kind: 'none' };

  override keyMade(key: DataKey): HandshakeStep {
    this.#answer = super.keyMade(key);
    return this.#answer;
  }

  override challenged(): HandshakeStep {
    return this.#answer;
  }
}

/** Encrypts with the half of the key that is the agent's. */
class SwapsHalves extends Handshake {
  override keyMade({ plaintext, ciphertext }: DataKey): HandshakeStep {
    return super.keyMade({
      plaintext: Buffer.concat([plaintext.subarray(32), plaintext.subarray(0, 32)]),
      ciphertext,
    });
  }
}

/** Forgets that it has asked when the question comes again, which it does not: its answer is lost instead. */
class LosesTheKey extends Handshake {
  override keyMade(): HandshakeStep {
    return { kind: 'none' };
  }
}

const mutations: Record<string, { kind?: SessionKind; mutation: Mutation; symptom: RegExp }> = {
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
  'repeats that an old agent does not acknowledge are waited for': {
    kind: 'old',
    mutation: {
      makeOutgoing: (limit, bytes) => {
        const outgoing = new Outgoing(limit, bytes);
        outgoing.agentAcknowledgesAgain();
        return outgoing;
      },
    },
    symptom: /Stalled/,
  },
  'input does not wait for the handshake': {
    kind: 'encrypted',
    mutation: { handshake: 'none' },
    symptom: /Output before the end of the handshake/,
  },
  'the handshake is answered twice': {
    kind: 'encrypted',
    mutation: { makeHandshake: (options) => new AnswersAgain(options) },
    symptom: /second HandshakeResponse/,
  },
  'the halves of the key are swapped': {
    kind: 'encrypted',
    mutation: { makeHandshake: (options) => new SwapsHalves(options) },
    symptom: /The session ended: failed/,
  },
  'the data key is lost': {
    kind: 'encrypted',
    mutation: { makeHandshake: (options) => new LosesTheKey(options) },
    symptom: /The session ended: failed/,
  },
};

/** The message of the first failure within 1000 seeds. */
function firstFailure(kind: SessionKind, mutation: Mutation): string | undefined {
  for (let seed = 1; seed <= 1000; seed += 1) {
    try {
      runLossySession(seed, kind, mutation);
    } catch (error) {
      return String(error);
    }
  }
  return undefined;
}

describe('the sessions above notice when', () => {
  it.each(Object.entries(mutations))(
    '%s',
    (_, { kind, mutation, symptom }) => {
      expect(firstFailure(kind ?? 'plain', mutation)).toMatch(symptom);
    },
    120_000,
  );
});
