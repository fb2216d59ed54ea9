package io.muster.collector.nvml.binding;

/** A call that the library refused: its return code and, as the message, its own words. */
public final class NvmlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * @param code one of {@link NvmlBinding}'s return codes
   * @param message what was called, and the library's or loader's words
   */
  public NvmlException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The library's return code. */
  public int code() {
    return code;
  }

  /** The library's words, never empty. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
