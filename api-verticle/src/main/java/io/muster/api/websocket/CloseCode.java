package io.muster.api.websocket;

/**
 * Close codes of the server: RFC 6455 section 7.4.1, and 1013 of the IANA WebSocket close code
 * registry.
 */
public enum CloseCode {
  /** The node is stopping, or the client was idle too long. */
  GOING_AWAY(1001),
  /** The endpoint does not accept this kind of message. */
  UNSUPPORTED_DATA(1003),
  /** A text message that is not valid UTF-8. */
  INVALID_PAYLOAD(1007),
  /** The client broke a rule of the endpoint. */
  POLICY_VIOLATION(1008),
  /** A message that is too large. */
  TOO_BIG(1009),
  /** A resource that the endpoint needs is unavailable for now. */
  TRY_AGAIN_LATER(1013),
  /** A close frame without a code, which the client reports as 1005. */
  NONE(1005);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
