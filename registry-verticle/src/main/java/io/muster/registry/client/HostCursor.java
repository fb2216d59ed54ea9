package io.muster.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.client.ClientId;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireText;
import java.util.Base64;
import java.util.Optional;

/**
 * The place of a host in a list, from which the list continues. Its text has no meaning for
 * clients.
 *
 * @param sort order of the list
 * @param key key of the host in that order
 * @param clientId 32 lower-case hexadecimal digits
 */
record HostCursor(String sort, String key, String clientId) {
  /** Parses a cursor; empty if it is not one of a list with this order. */
  static Optional<HostCursor> parse(String text, String sort) {
    try {
      var json = Base64.getUrlDecoder().decode(text.getBytes(UTF_8));
      return Optional.of(WireJson.read(json, HostCursor.class)).filter(each -> each.fits(sort));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  String encode() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(WireJson.bytes(this));
  }

  private boolean fits(String expectedSort) {
    return sort.equals(expectedSort)
        && ClientId.normalize(clientId).isPresent()
        && !WireText.hasControls(key)
        && HostOrder.of(sort).flatMap(order -> order.key().parse(key)).isPresent();
  }
}
