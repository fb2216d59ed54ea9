package io.muster.runtime.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A text that must not be shown, such as a token or a password. The result of {@code toString}
 * reports only if it is set, so that a record that contains a secret may be logged.
 *
 * @param text the text itself; empty if the secret is not set
 */
public record Secret(String text) {
  /** The secret that is not set. */
  public static final Secret NONE = new Secret("");

  /** Returns a random secret of this many bytes, in hexadecimal digits. */
  public static Secret random(int bytes) {
    var random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return new Secret(HexFormat.of().formatHex(random));
  }

  public boolean isSet() {
    return !text.isEmpty();
  }

  /**
   * Returns true if the secret is set and equals the text. The comparison takes the same time
   * wherever they differ, so that the text cannot be guessed piece by piece.
   */
  public boolean matches(String presented) {
    return isSet() && MessageDigest.isEqual(text.getBytes(UTF_8), presented.getBytes(UTF_8));
  }

  @Override
  public String toString() {
    return isSet() ? "set" : "none";
  }
}
