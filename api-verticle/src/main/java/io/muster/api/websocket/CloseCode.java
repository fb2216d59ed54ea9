package io.muster.api.websocket;

/** Why a WebSocket ends, as RFC 6455 section 7.4.1 numbers it. */
public enum CloseCode {
  /** The node stops. */
  GOING_AWAY(1001),
  /** The door takes no such kind of message. */
  UNSUPPORTED_DATA(1003),
  /** A text that is no UTF-8. */
  INVALID_PAYLOAD(1007),
  /** The client broke a rule of the door. */
  POLICY_VIOLATION(1008),
  /** A message that is too large. */
  TOO_BIG(1009),
  /** What the door needs cannot be had now. */
  TRY_AGAIN_LATER(1013),
  /** A frame without a number, which the client sees as 1005. */
  NONE(1005);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
