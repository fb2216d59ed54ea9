package io.muster.runtime.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A text that must not be shown, such as a token or a password. The result of {@code toString}
 * reports only if it is set, so that a record that contains a secret may be logged.
 *
 * @param text the text itself; empty if the secret is not set
 */
public record Secret(String text) {
  /** The secret that is not set. */
  public static final Secret NONE = new Secret("");

  private static final String MAC_ALGORITHM = "HmacSHA256";

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

  /**
   * Returns a new HMAC-SHA256 for one purpose. Its key is derived from the secret, which must be
   * set, and the purpose: a code that was computed for another purpose is worthless.
   */
  public Mac mac(String purpose) {
    var derivedKey = mac(text.getBytes(UTF_8)).doFinal(purpose.getBytes(UTF_8));
    return mac(derivedKey);
  }

  private static Mac mac(byte[] key) {
    try {
      var mac = Mac.getInstance(MAC_ALGORITHM);
      mac.init(new SecretKeySpec(key, MAC_ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + MAC_ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return isSet() ? "set" : "none";
  }
}
