import { command, type LabDocument, onEveryPlatform, preferences, session } from '../document-model.ts';
import type { LabCluster } from './lab-tasks.ts';

/** What ECS Exec runs a command with: nobody has such a document, and its idle time-out cannot be changed. */
export function execDocument({ name, execKeyId = '' }: LabCluster): LabDocument {
  return session(`ecs-exec-${name}`, 'Amazon', 'InteractiveCommands', 'A command in a container', {
    inputs: { ...preferences, kmsKeyId: execKeyId },
    parameters: command('The command to run'),
    properties: onEveryPlatform({ commands: '{{ command }}' }),
  });
}
