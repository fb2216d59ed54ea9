package io.muster.api.tls;

/** The node has no usable certificate; the message is one line that names the setting. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1;

  TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
