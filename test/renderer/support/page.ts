import { createFakeDoor } from './fake-door.ts';
import { sceneByName } from './scenes.ts';

const parameters = new URLSearchParams(location.search);
const scene = sceneByName(parameters.get('scene') ?? 'working', parameters.get('theme') ?? 'dark');
Object.defineProperty(window, 'nodewharf', { value: createFakeDoor(scene) });
await import('../../../src/renderer/main.tsx');
