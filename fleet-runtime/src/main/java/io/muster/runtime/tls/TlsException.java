package io.muster.runtime.tls;

/** A certificate or key is not usable; the message is one line that names file or setting. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1;

  public TlsException(String message) {
    super(message);
  }

  public TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
