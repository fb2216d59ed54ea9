package io.muster.runtime.cluster.bus;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** The reason for which a connection to the event bus is closed. */
enum BusRejection {
  /** The other side does not speak TLS. */
  PLAIN("it does not speak TLS"),
  /** The certificate of one side is not that of the secret of the other. */
  SECRET("its cluster.secret differs, or only one side has cluster.tls.cert"),
  /** One side does not trust the authority of the other. */
  CERTIFICATE(
      "one side does not trust the certificate of the other, or only one has cluster.tls.cert"),
  /** The certificate of one side is not valid now. */
  EXPIRED("the certificate of one side has expired or is not valid yet"),
  /** The TLS handshake failed for another reason. */
  HANDSHAKE("its TLS handshake failed"),
  /** The other side closed the connection before the end of the handshake. */
  CLOSED("it closed the connection during the handshake"),
  /** The handshake was not complete in time. */
  TIMEOUT("its handshake took too long"),
  /** Too many connections were in their handshake, and this was the oldest. */
  LIMIT("too many connections were in their handshake"),
  /** A message is larger than any that a member sends. */
  SIZE("it announced a message beyond the limit"),
  /** The incomplete messages of all connections would occupy too much memory. */
  MEMORY("incomplete messages occupy too much memory"),
  /** A message is malformed. */
  MESSAGE("it sent a malformed message");

  private final String text;

  BusRejection(String text) {
    this.text = text;
  }

  /** The reason as a clause about the other side. */
  String text() {
    return text;
  }

  /** The reason of a failed handshake of a node with the identity. */
  static BusRejection of(Throwable cause, BusIdentity identity) {
    if (cause instanceof NotSslRecordException) {
      return PLAIN;
    }
    if (cause instanceof SslHandshakeTimeoutException) {
      return TIMEOUT;
    }
    if (cause instanceof ClosedChannelException) {
      return CLOSED;
    }
    if (causes(cause).anyMatch(BusRejection::isExpiry)) {
      return EXPIRED;
    }
    return causes(cause).anyMatch(BusRejection::concernsCertificate)
        ? identity.untrusted()
        : HANDSHAKE;
  }

  private static Stream<Throwable> causes(Throwable cause) {
    return Stream.iterate(cause, each -> each != null, Throwable::getCause);
  }

  private static boolean isExpiry(Throwable cause) {
    return cause instanceof CertificateExpiredException
        || cause instanceof CertificateNotYetValidException
        || isAlert(cause, "certificate_expired");
  }

  /**
   * Java reports a certificate that is not trusted as the cause of the exception; one that is
   * missing, or that the other side does not trust, only in the message.
   */
  private static boolean concernsCertificate(Throwable cause) {
    return cause instanceof CertificateException
        || cause instanceof CertPathValidatorException
        || isAlert(cause, "certificate")
        || isAlert(cause, "unknown_ca");
  }

  private static boolean isAlert(Throwable cause, String text) {
    return cause instanceof SSLException && String.valueOf(cause.getMessage()).contains(text);
  }
}
