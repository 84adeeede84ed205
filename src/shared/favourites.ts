import { z } from 'zod';
import { idSchema, targetSchema } from './models.ts';

/** A node that a person wants at the top: as a profile reaches it, in whichever of its Regions. */
export const favouriteSchema = z.strictObject({ profileId: idSchema, target: targetSchema });
export type Favourite = z.infer<typeof favouriteSchema>;

export const mostFavourites = 1000;
