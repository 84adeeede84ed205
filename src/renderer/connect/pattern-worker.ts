import { judgePattern, type PatternQuestion } from './pattern-check.ts';

/* One question, one answer; whoever asked ends this worker. */
self.onmessage = ({ data }: MessageEvent<PatternQuestion>) => self.postMessage(judgePattern(data));
