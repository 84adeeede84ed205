import { fork } from 'node:child_process';

/**
 * A process of ours that is running before a session is started, as the app and `connect` of the CLI are. Its code is loaded;
 * it has had no session yet.
 */
export async function openHolder(program) {
  const child = fork(program, { execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] });
  const answer = () =>
    new Promise((resolve, reject) => {
      const failed = () => reject(new Error('The process with the sessions has ended.'));
      child.once('exit', failed);
      child.once('message', (message) => {
        child.off('exit', failed);
        resolve(message);
      });
    });
  await answer();
  return {
    ask(question, value) {
      const answered = answer();
      child.send({ ask: question, value });
      return answered;
    },
    close() {
      child.kill('SIGKILL');
    },
  };
}
