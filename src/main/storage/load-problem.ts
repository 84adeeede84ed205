import type { Loaded } from './versioned-file.ts';

/** A kept file that could not be used, for the person whose file it is. */
export interface LoadProblem {
  message: string;
  detail: string;
}

/** The sentence for a file that is there and was not loaded; undefined when all is well. */
export function loadProblem<T>(loaded: Loaded<T>, holds: string, folder: string): LoadProblem | undefined {
  switch (loaded.kind) {
    case 'missing':
    case 'loaded':
      return undefined;
    case 'set-aside':
      return {
        message: `The ${holds} could not be read: the file is ${loaded.why}.`,
        detail: `Nodewharf goes on without them. Nothing is lost: the file is kept as ${loaded.keptAs} in ${folder}.`,
      };
    case 'unreadable':
      return {
        message: `The ${holds} could not be read: the file system answered ${loaded.systemCode}.`,
        detail: `Nodewharf goes on without them and will not overwrite the file. Check that ${folder} and what is in it belong to you.`,
      };
  }
}
