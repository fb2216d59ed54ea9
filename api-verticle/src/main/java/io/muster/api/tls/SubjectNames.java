package io.muster.api.tls;

import io.netty.util.NetUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a certificate of our own is valid for: names and addresses, each once, in their order. */
record SubjectNames(String hostname, Set<String> all) {
  private static final Pattern NAME =
      Pattern.compile("(?:\\*\\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?");
  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1", "0.0.0.0");

  /** This host under all that is usual, and the names that somebody adds. */
  static SubjectNames of(String hostname, List<String> added) {
    var names = new LinkedHashSet<String>();
    if (isName(hostname)) {
      names.add(hostname);
    }
    names.addAll(LOCAL);
    names.addAll(added);
    return new SubjectNames(hostname, names);
  }

  /** Whether it can stand in a certificate. */
  static boolean isName(String text) {
    return address(text).isPresent() || NAME.matcher(text).matches();
  }

  /** The four or sixteen bytes of an address; empty for a name. */
  static Optional<byte[]> address(String text) {
    return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(text));
  }
}
