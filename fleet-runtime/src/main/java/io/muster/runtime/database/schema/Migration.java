package io.muster.runtime.database.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * One migration of the schema.
 *
 * @param version from 1, without gaps
 * @param name file name
 * @param sql statements
 * @param checksum SHA-256 of the statements, hexadecimal
 */
record Migration(int version, String name, String sql, String checksum) {
  private static final Pattern NAME = Pattern.compile("V([0-9]{3})__[a-z0-9_]+\\.sql");

  static Migration of(String name, String sql) {
    var matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(name + ": expected V001__words.sql");
    }
    var text = sql.replace("\r\n", "\n");
    return new Migration(Integer.parseInt(matcher.group(1)), name, text, sha256(text));
  }

  /** Reads a migration from {@code db/} on the class path. */
  static Migration bundled(String name) {
    try (var resource = Migration.class.getResourceAsStream("/db/" + name)) {
      if (resource == null) {
        throw new IllegalArgumentException("db/" + name + " is not packaged");
      }
      return of(name, new String(resource.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
