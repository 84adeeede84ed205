/** The account that owns what is not Amazon's; the number used throughout the public documentation. */
export const labAccountId = '123456789012';

export const labRegion = 'us-east-1';
