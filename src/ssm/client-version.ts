/**
 * The version this client announces in OpenDataChannel and in the handshake.
 *
 * Agents choose features by comparing it as four numbers (protocol notes, section 5.6), so it follows the official
 * client's numbering and says nothing about the version of this program.
 */
export const clientVersion = '1.2.677.0';
