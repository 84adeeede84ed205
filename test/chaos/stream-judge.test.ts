import { describe, expect, it } from 'vitest';
import { fillPattern } from '../../chaos/pattern.ts';
import { seededRandom } from '../../chaos/random.ts';
import { StreamJudge } from '../../chaos/stream-judge.ts';

const id = 40_000;
const total = 64 * 1024;

function stream(streamId = id, length = total): Uint8Array {
  const bytes = new Uint8Array(length);
  fillPattern(bytes, streamId, 0);
  return bytes;
}

/** What a judge finds in `parts`, given in pieces of random sizes. */
function judge(parts: Uint8Array[], random: () => number = seededRandom(1)) {
  const judged = new StreamJudge(id);
  const bytes = Buffer.concat(parts);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * 3000);
    judged.take(bytes.subarray(at, at + size));
    at += size;
  }
  const { lostBytes, repeatedBytes, reorderedBytes, foreignBytes } = judged.judge(total);
  return { lostBytes, repeatedBytes, reorderedBytes, foreignBytes };
}

const clean = { lostBytes: 0, repeatedBytes: 0, reorderedBytes: 0, foreignBytes: 0 };
const whole = stream();

describe('the judge of a stream', () => {
  it('finds nothing in a stream as it was sent, cut anywhere', () => {
    expect(judge([whole])).toEqual(clean);
  });

  it('makes the same bytes from any offset', () => {
    for (let offset = 0; offset < 40; offset += 1) {
      const part = new Uint8Array(33);
      fillPattern(part, id, offset);
      expect(part).toEqual(whole.slice(offset, offset + 33));
    }
  });

  it.each([1, 7, 8, 1024, 5000])('counts %i lost bytes', (length) => {
    for (const at of [0, 3, 4096, 10_001]) {
      const found = judge([whole.subarray(0, at), whole.subarray(at + length)]);
      expect(found).toEqual({ ...clean, lostBytes: length });
    }
  });

  it('counts what is missing at the end', () => {
    expect(judge([whole.subarray(0, total - 100)])).toEqual({ ...clean, lostBytes: 100 });
  });

  it.each([16, 1024, 5000])('counts %i repeated bytes', (length) => {
    for (const at of [length, 6000, 10_001]) {
      const found = judge([whole.subarray(0, at), whole.subarray(at - length)]);
      expect(found).toEqual({ ...clean, repeatedBytes: length });
    }
  });

  it('counts bytes that arrive behind later ones, and does not take them for lost', () => {
    const found = judge([
      whole.subarray(0, 2000),
      whole.subarray(3024, 4048),
      whole.subarray(2000, 3024),
      whole.subarray(4048),
    ]);
    expect(found).toEqual({ ...clean, reorderedBytes: 1024 });
  });

  it('counts bytes of another stream', () => {
    const found = judge([whole.subarray(0, 1000), stream(id + 1, 800), whole.subarray(1000)]);
    expect(found).toEqual({ ...clean, foreignBytes: 800 });
  });

  it('counts right whatever messages are lost and repeated (200 seeds)', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = seededRandom(seed);
      const parts: Uint8Array[] = [];
      const expected = { ...clean };
      let jumps = 0;
      for (let at = 0; at < total; ) {
        const size = Math.min(total - at, 16 + Math.floor(random() * 1500));
        const message = whole.subarray(at, at + size);
        at += size;
        const dice = random();
        if (dice < 0.1) jumps += 1;
        if (dice < 0.05) expected.lostBytes += size;
        else if (dice < 0.1) {
          parts.push(message, message);
          expected.repeatedBytes += size;
        } else parts.push(message);
      }
      // At each jump up to seven bytes may be those of either place.
      const { lostBytes, repeatedBytes, reorderedBytes, foreignBytes } = judge(parts, random);
      const slack = 7 * jumps;
      expect(foreignBytes, `seed ${seed}`).toBe(0);
      expect(reorderedBytes, `seed ${seed}`).toBeLessThanOrEqual(slack);
      expect(Math.abs(lostBytes - expected.lostBytes), `seed ${seed}`).toBeLessThanOrEqual(slack);
      expect(Math.abs(repeatedBytes - expected.repeatedBytes), `seed ${seed}`).toBeLessThanOrEqual(slack);
      expect(lostBytes + repeatedBytes > 0, `seed ${seed}`).toBe(jumps > 0);
    }
  });
});
