import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

export type Environment = Record<string, string | undefined>;

/**
 * What a lab shell must not inherit: the npm and Electron variables of the process around the lab would change how
 * programs in the shell behave, and the lab's own may hold its keys.
 */
const foreignVariable = /^(npm_|NPM_CONFIG_|ELECTRON_|NODEWHARF_|CHROME_|GTK_|NODE_OPTIONS$|INIT_CWD$)/;

/**
 * The environment of a shell (protocol notes, section 10): the agent's own, a terminal type, a UTF-8 locale where
 * none is set, and HOME below /home (/Users on macOS). The agent makes its user's home; the lab does not, so where
 * that directory is missing (root, or homes kept elsewhere) the user keeps the home it has.
 */
export function shellEnvironment(own: Environment): Environment {
  const inherited = Object.fromEntries(Object.entries(own).filter(([name]) => !foreignVariable.test(name)));
  return {
    ...inherited,
    TERM: 'xterm-256color',
    LANG: own['LANG'] || 'C.UTF-8',
    HOME: homeOf(userInfo().username),
  };
}

function homeOf(user: string): string {
  const usual = `${process.platform === 'darwin' ? '/Users' : '/home'}/${user}`;
  return existsSync(usual) ? usual : homedir();
}
