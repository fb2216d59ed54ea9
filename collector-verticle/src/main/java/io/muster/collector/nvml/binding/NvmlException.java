package io.muster.collector.nvml.binding;

/** A failed call of the library: its return code and, as the message, the library's text. */
public final class NvmlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * @param code one of {@link NvmlBinding}'s return codes
   * @param message called function, and the text of the library or the loader
   */
  public NvmlException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** Returns the library's return code. */
  public int code() {
    return code;
  }

  /** Returns the message, never empty. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
