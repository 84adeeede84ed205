import { describe, expect, it } from 'vitest';
import { SmuxSession } from '../../../src/ssm/port/smux-session.ts';
import { encodeSmuxFrame, SmuxCommand } from '../../../src/ssm/wire/smux-frame.ts';
import { WireError } from '../../../src/ssm/wire/wire-error.ts';
import { fuzzCases, fuzzSeed, fuzzTimeoutMs } from '../support/fuzz-cases.ts';
import { seededRandom } from '../support/random.ts';
import { WholeFrames } from './support/recorded-port.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const { syn, fin, psh, nop } = SmuxCommand;

/** A session and what it told, as text. */
function witness(): { session: SmuxSession; told: string[] } {
  const told: string[] = [];
  const session = new SmuxSession({
    onData: (id, bytes) => told.push(`${id}: ${Buffer.from(bytes).toString()}`),
    onEnded: (id) => told.push(`${id} ended`),
    onRefused: (id) => told.push(`${id} refused`),
  });
  return { session, told };
}

/** Everything that is to be sent, as frames. */
function takeAll(session: SmuxSession): string[] {
  const frames = new WholeFrames();
  const seen: string[] = [];
  for (let bytes = session.takeFrame(); bytes !== undefined; bytes = session.takeFrame())
    for (const frame of frames.push(bytes))
      seen.push(
        `${frame.command} ${frame.streamId}${frame.bytes.length > 0 ? ` ${frame.bytes.length}` : ''}`,
      );
  return seen;
}

describe('streams', () => {
  it('have the ids 3, 5, 7, none used twice, and open before any data', () => {
    const { session } = witness();
    const first = session.open();
    session.write(first, Buffer.from('hello'));
    session.open();
    session.close(first);
    expect(takeAll(session)).toEqual(['syn 3', 'syn 5', 'psh 3 5', 'fin 3']);
    expect(session.open()).toBe(7);
  });

  it('take turns of 8 KiB, and one alone sends frames of 32 KiB, header and all', () => {
    const { session } = witness();
    const [first, second] = [session.open(), session.open()];
    session.write(first, Buffer.alloc(20_000));
    session.write(second, Buffer.alloc(10_000));
    session.write(first, Buffer.alloc(60_000));
    expect(takeAll(session)).toEqual([
      'syn 3',
      'syn 5',
      'psh 3 8184',
      'psh 5 8184',
      'psh 3 8184',
      'psh 5 1816',
      'psh 3 32760',
      'psh 3 30872',
    ]);
  });

  it('that are closed at once send no more data', () => {
    const { session } = witness();
    const id = session.open();
    session.write(id, Buffer.from('lost'));
    session.close(id, true);
    session.write(id, Buffer.from('too late'));
    expect([takeAll(session), session.streamCount]).toEqual([['syn 3', 'fin 3'], 0]);
  });

  it('that the other side has closed are closed from here too, and once only', () => {
    const { session, told } = witness();
    const id = session.open();
    session.write(id, Buffer.from('discarded by the peer'));
    session.receive(encodeSmuxFrame(fin, id));
    session.receive(encodeSmuxFrame(fin, id));
    session.close(id);
    expect([told, takeAll(session), session.streamCount]).toEqual([['3 ended'], ['syn 3', 'fin 3'], 0]);
  });

  it('still bring data until their FIN is taken, and are skipped afterwards', () => {
    const { session, told } = witness();
    const id = session.open();
    session.close(id);
    session.receive(encodeSmuxFrame(psh, id, Buffer.from('in time')));
    takeAll(session);
    session.receive(encodeSmuxFrame(psh, id, Buffer.from('too late')));
    session.receive(encodeSmuxFrame(fin, id));
    expect(told).toEqual(['3: in time']);
  });

  it('that are not ours, keepalives and repeated SYN change nothing', () => {
    const { session, told } = witness();
    session.open();
    const pieces = [
      encodeSmuxFrame(syn, 3),
      encodeSmuxFrame(syn, 2),
      encodeSmuxFrame(psh, 2, Buffer.from('whose?')),
      encodeSmuxFrame(fin, 99),
      encodeSmuxFrame(nop, 0),
      encodeSmuxFrame(psh, 3, Buffer.from('ours')),
    ];
    session.receive(Buffer.concat(pieces));
    expect([told, session.streamCount]).toEqual([['3: ours'], 1]);
  });
});

it('keepalives that cannot be sent do not pile up', () => {
  const { session } = witness();
  session.keepAlive();
  session.keepAlive();
  expect(takeAll(session)).toEqual(['nop 0']);
  session.keepAlive();
  expect(takeAll(session)).toEqual(['nop 0']);
});

describe('a flag that says that the destination could not be connected', () => {
  it('means the stream that is closed next without having brought anything', () => {
    const { session, told } = witness();
    session.open();
    session.open();
    session.receive(encodeSmuxFrame(psh, 3, Buffer.from('connected')));
    session.connectFailed();
    session.receive(encodeSmuxFrame(fin, 3));
    session.receive(encodeSmuxFrame(fin, 5));
    expect(told).toEqual(['3: connected', '3 ended', '5 refused']);
  });

  it('means each of several in the order of their FIN', () => {
    const { session, told } = witness();
    for (let count = 0; count < 3; count += 1) session.open();
    session.connectFailed();
    session.connectFailed();
    session.receive(Buffer.concat([3, 5, 7].map((id) => encodeSmuxFrame(fin, id))));
    expect(told).toEqual(['3 refused', '5 refused', '7 ended']);
  });

  it('for a stream that is closed here meanwhile is not taken for another one', () => {
    const { session, told } = witness();
    const id = session.open();
    session.close(id);
    takeAll(session);
    session.connectFailed();
    session.receive(encodeSmuxFrame(fin, id));
    session.open();
    session.receive(encodeSmuxFrame(fin, 5));
    expect(told).toEqual(['5 ended']);
  });

  it('is forgotten once a younger stream has been answered', () => {
    const { session, told } = witness();
    session.open();
    session.connectFailed();
    session.open();
    session.receive(encodeSmuxFrame(psh, 5, Buffer.from('connected')));
    session.receive(encodeSmuxFrame(fin, 3));
    session.receive(encodeSmuxFrame(fin, 5));
    expect(told).toEqual(['5: connected', '3 ended', '5 ended']);
  });
});

/** One stream of the property test, with all that either side said on it. */
interface Life {
  readonly id: number;
  up: string;
  down: string;
  receivedUp: string;
  receivedDown: string;
  isClosedHere: boolean;
  isClosedThere: boolean;
  /** The far end has closed first, and discards what still comes. */
  hasHungUp: boolean;
  finUp: boolean;
  endedDown: boolean;
}

/**
 * Two ends and two pipes that pass any number of bytes at a time; the far end is a plain model of the official server. After
 * the last random step both close what is open, and the pipes run empty.
 */
function playRandomSession(seed: number): { lives: Life[]; streamCount: number } {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const lives = new Map<number, Life>();
  const session = new SmuxSession({
    onData: (id, bytes) => {
      (lives.get(id) as Life).receivedDown += hex(bytes);
    },
    onEnded: (id) => {
      (lives.get(id) as Life).endedDown = true;
    },
    onRefused: () => {
      throw new Error('Nothing was refused.');
    },
  });
  let up: Buffer = Buffer.alloc(0);
  let down: Buffer = Buffer.alloc(0);
  const farFrames = new WholeFrames();
  const finish = (life: Life): void => {
    if (life.isClosedThere) return;
    life.isClosedThere = true;
    down = Buffer.concat([down, encodeSmuxFrame(fin, life.id)]);
  };
  const passUp = (count: number): void => {
    const piece = up.subarray(0, count);
    up = up.subarray(count);
    for (const { command, streamId, bytes } of farFrames.push(piece)) {
      const life = lives.get(streamId) as Life;
      // The official server discards what comes for a stream that it has closed.
      if (command === 'psh' && !life.isClosedThere) life.receivedUp += hex(bytes);
      if (command === 'fin') {
        expect(life.finUp, `one FIN of stream ${streamId}, seed ${seed}`).toBe(false);
        life.finUp = true;
        finish(life);
      }
    }
  };
  const passDown = (count: number): void => {
    const piece = down.subarray(0, count);
    down = down.subarray(count);
    session.receive(piece);
  };
  const send = (frames: number): void => {
    for (let count = 0; count < frames; count += 1) {
      const frame = session.takeFrame();
      if (frame === undefined) return;
      up = Buffer.concat([up, frame]);
    }
  };
  const pick = (): Life | undefined => [...lives.values()][below(lives.size)];
  const noise = (): Buffer => Buffer.from(Uint8Array.from({ length: 1 + below(300) }, () => below(256)));
  for (let step = 0; step < 400; step += 1) {
    const kind = below(9);
    const life = pick();
    if (kind === 0 && lives.size < 30) {
      const id = session.open();
      lives.set(id, {
        id,
        up: '',
        down: '',
        receivedUp: '',
        receivedDown: '',
        isClosedHere: false,
        isClosedThere: false,
        hasHungUp: false,
        finUp: false,
        endedDown: false,
      });
    } else if (kind <= 2 && life !== undefined && !life.isClosedHere && !life.endedDown) {
      const bytes = noise();
      life.up += hex(bytes);
      session.write(life.id, bytes);
    } else if (kind <= 4 && life !== undefined && !life.isClosedThere) {
      const bytes = noise();
      life.down += hex(bytes);
      down = Buffer.concat([down, encodeSmuxFrame(psh, life.id, bytes)]);
    } else if (kind === 5) passUp(below(400));
    else if (kind === 6) passDown(below(400));
    else if (kind === 7) send(below(4));
    else if (kind === 8 && life !== undefined && random() < 0.2) {
      if (random() < 0.5) {
        life.hasHungUp = !life.isClosedThere || life.hasHungUp;
        finish(life);
      } else {
        life.isClosedHere = true;
        session.close(life.id);
      }
    }
  }
  while (up.length + down.length > 0 || [...lives.values()].some((life) => !life.finUp)) {
    for (const life of lives.values()) if (random() < 0.5) session.close(life.id);
    send(100);
    passUp(below(2000));
    passDown(below(2000));
  }
  return { lives: [...lives.values()], streamCount: session.streamCount };
}

const sessions = 150;

it(`carries every stream whole through ${sessions} sessions that are cut at random places, and keeps nothing`, () => {
  let carried = 0;
  for (let seed = 1; seed <= sessions; seed += 1) {
    const { lives, streamCount } = playRandomSession(seed);
    expect(streamCount, `streams left, seed ${seed}`).toBe(0);
    for (const life of lives) {
      const where = `stream ${life.id}, seed ${seed}`;
      carried += life.receivedUp.length + life.receivedDown.length;
      expect(life.up.startsWith(life.receivedUp), `up: ${where}`).toBe(true);
      expect(life.down.startsWith(life.receivedDown), `down: ${where}`).toBe(true);
      // Whoever is not cut off by the other side's close gets everything across.
      if (life.endedDown) expect(life.receivedDown === life.down, `all down: ${where}`).toBe(true);
      if (!life.hasHungUp) expect(life.receivedUp === life.up, `all up: ${where}`).toBe(true);
    }
  }
  expect(carried).toBeGreaterThan(500_000);
});

const cases = Math.ceil(fuzzCases / 4);

/** Good frames with one to four injuries, or plain noise. */
function malformedStream(random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  if (random() < 0.1) return Buffer.from(Uint8Array.from({ length: below(60) }, () => below(256)));
  const frames = Array.from({ length: 1 + below(6) }, () =>
    below(3) > 0
      ? encodeSmuxFrame(psh, 1 + below(12), Buffer.alloc(below(100), below(256)))
      : encodeSmuxFrame([syn, fin, nop][below(3)] as typeof syn, below(12)),
  );
  const stream = Buffer.concat(frames);
  for (let injuries = below(4); injuries > 0; injuries -= 1) {
    const at = below(stream.length);
    if (below(2) === 0) stream.writeUInt8(below(256), at);
    else stream.fill([0, 0xff, 1][below(3)] as number, at, Math.min(at + below(9), stream.length));
  }
  return stream.subarray(0, below(3) === 0 ? below(stream.length) : stream.length);
}

it(
  `meets ${cases} malformed streams with typed errors only, and its own frames stay right`,
  () => {
    const seed = fuzzSeed;
    const random = seededRandom(seed);
    let refused = 0;
    let heard = 0;
    for (let count = 0; count < cases; count += 1) {
      const session = new SmuxSession({
        onData: () => {
          heard += 1;
        },
        onEnded: () => {
          heard += 1;
        },
        onRefused: () => {
          heard += 1;
        },
      });
      for (let stream = 0; stream < 4; stream += 1) session.write(session.open(), Buffer.from('mine'));
      const bytes = malformedStream(random);
      try {
        for (let at = 0; at < bytes.length; ) {
          if (random() < 0.1) session.connectFailed();
          const length = 1 + Math.floor(random() * bytes.length);
          session.receive(bytes.subarray(at, at + length));
          at += length;
        }
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        refused += 1;
      }
      for (let id = 3; id < 11; id += 2) session.close(id);
      const sent = takeAll(session);
      expect(sent.filter((frame) => frame.startsWith('fin')).sort(), `case ${count}, seed ${seed}`).toEqual([
        'fin 3',
        'fin 5',
        'fin 7',
        'fin 9',
      ]);
      expect(session.streamCount, `case ${count}, seed ${seed}`).toBe(0);
    }
    // Without these the test would have tried nothing but the first check.
    expect(refused).toBeGreaterThan(cases / 10);
    expect(heard).toBeGreaterThan(cases / 10);
  },
  fuzzTimeoutMs,
);
