package io.muster.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;

/** The content security policy of an example page. */
final class PagePolicy {
  private PagePolicy() {}

  /** Returns the hash that the policy must have for the only element of this name. */
  static String hash(String page, String element) throws GeneralSecurityException {
    var content =
        Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL).matcher(page);
    assertThat(content.find()).isTrue();
    var digest = MessageDigest.getInstance("SHA-256").digest(content.group(1).getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(digest);
  }
}
