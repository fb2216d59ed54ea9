package io.muster.bus;

/** The rejection of a frame as a whole; the last frame of its host stays. */
public final class FrameRejectedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final FrameRejection reason;
  private final String host;

  /**
   * Creates an exception.
   *
   * @param host name of the host as the frame has it, which may be any text
   * @param message the offending value, and what was expected
   */
  public FrameRejectedException(FrameRejection reason, String host, String message) {
    super(message);
    this.reason = reason;
    this.host = host;
  }

  public FrameRejection reason() {
    return reason;
  }

  public String host() {
    return host;
  }
}
