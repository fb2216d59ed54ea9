package io.muster.schema.client;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Identity of a client: 16 bytes, written as 32 lower-case hexadecimal digits. */
public final class ClientId {
  private static final Pattern PATTERN = Pattern.compile("(?:0x)?([0-9a-fA-F]{32})");

  private static final HexFormat HEX = HexFormat.of();

  private ClientId() {}

  /**
   * Returns the id in its canonical form; empty if the text is not a client id. A leading {@code
   * 0x} is allowed.
   */
  public static Optional<String> normalize(String text) {
    var matcher = PATTERN.matcher(text);
    return matcher.matches()
        ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  /** Returns the same 16 bytes as the PostgreSQL type {@code uuid}. The text must be normalized. */
  public static UUID toUuid(String clientId) {
    return new UUID(
        Long.parseUnsignedLong(clientId, 0, 16, 16), Long.parseUnsignedLong(clientId, 16, 32, 16));
  }

  /** Returns the text of a stored id. */
  public static String fromUuid(UUID uuid) {
    return HEX.toHexDigits(uuid.getMostSignificantBits())
        + HEX.toHexDigits(uuid.getLeastSignificantBits());
  }
}
