import type { JsonService } from '../api/json-services.ts';
import {
  describeClusters,
  describeTasks,
  executeCommand,
  listClusters,
  listTasks,
} from './ecs-operations.ts';

/** As much of ECS as the containers in a node list and ECS Exec use. */
export const ecs: JsonService = {
  targetPrefix: 'AmazonEC2ContainerServiceV20141113.',
  signingName: 'ecs',
  operations: {
    ListClusters: listClusters,
    ListTasks: listTasks,
    DescribeTasks: describeTasks,
    DescribeClusters: describeClusters,
    ExecuteCommand: executeCommand,
  },
};
