package io.muster.runtime.tls;

import io.netty.util.NetUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names and addresses for which a certificate is valid, each once, in order. Names consist of
 * letters, digits, hyphens and dots (RFC 1123): clients may reject others, even with an underscore.
 */
public record SubjectNames(String hostname, Set<String> all) {
  private static final Pattern NAME =
      Pattern.compile(
          "(?=.{1,253}$)(?:\\*\\.)?[A-Za-z0-9][A-Za-z0-9-]*(?:\\.[A-Za-z0-9][A-Za-z0-9-]*)*");
  private static final Pattern NOT_ALLOWED = Pattern.compile("[^A-Za-z0-9._:-]");
  private static final int MAX_COMMON_NAME_LENGTH = 64;
  private static final List<String> LOCAL_NAMES =
      List.of("localhost", "127.0.0.1", "::1", "0.0.0.0");

  /** Returns the host name if it is valid, the usual local names, and the extra names. */
  public static SubjectNames of(String hostname, List<String> extraNames) {
    var names = new LinkedHashSet<String>();
    if (isName(hostname)) {
      names.add(hostname);
    }
    names.addAll(LOCAL_NAMES);
    names.addAll(extraNames);
    return new SubjectNames(hostname, names);
  }

  /** Returns true if the text is valid as a name in a certificate. */
  public static boolean isName(String text) {
    return address(text).isPresent() || NAME.matcher(text).matches();
  }

  /** Returns an address in its plain form, without a zone; empty for a name. */
  static Optional<String> address(String text) {
    return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(text))
        .map(NetUtil::bytesToIpAddress);
  }

  /**
   * Returns the host name as a plain label: characters that could have a meaning become
   * underscores.
   */
  public String commonName() {
    var name = hostname.substring(0, Math.min(hostname.length(), MAX_COMMON_NAME_LENGTH));
    return NOT_ALLOWED.matcher(name).replaceAll("_");
  }
}
