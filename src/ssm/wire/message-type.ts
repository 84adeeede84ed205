/** MessageType texts on a data channel (protocol notes, section 3.1). */
export const MessageType = {
  /** Client to agent, numbered and acknowledged. */
  input: 'input_stream_data',
  /** Agent to client, numbered and acknowledged. */
  output: 'output_stream_data',
  /** Both ways; neither numbered nor acknowledged. */
  acknowledge: 'acknowledge',
  /** From the service: the session has ended. */
  channelClosed: 'channel_closed',
  /** From the service: the other side is back. */
  startPublication: 'start_publication',
  /** From the service: the other side is away, hold stream data back. */
  pausePublication: 'pause_publication',
  /** Agent to service; never relayed to a client. */
  sessionState: 'agent_session_state',
} as const;
