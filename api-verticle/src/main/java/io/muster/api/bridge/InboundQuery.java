package io.muster.api.bridge;

import io.muster.api.rest.contract.BadRequestException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query that clients may send to an address, with the parameters of its HTTP counterpart.
 *
 * @param reply returns the body of the HTTP response, from parameters as texts; throws, or fails,
 *     as the endpoint does
 */
public record InboundQuery(String address, Function<Map<String, String>, Future<Buffer>> reply) {

  /**
   * Runs the query.
   *
   * @param body body of the message: an object of parameters, or null for none
   */
  Future<Buffer> run(@Nullable Object body) {
    return Future.succeededFuture(body).map(InboundQuery::parameters).compose(reply);
  }

  private static Map<String, String> parameters(@Nullable Object body) {
    if (body == null) {
      return Map.of();
    }
    if (!(body instanceof Map<?, ?> values)) {
      throw BadRequestException.of("", "an object of parameters");
    }
    var texts = new HashMap<String, String>();
    values.forEach(
        (name, value) -> {
          if (value != null) {
            texts.put((String) name, text((String) name, value));
          }
        });
    return texts;
  }

  /** Returns a value as it is written in a query string; the elements of a list with commas. */
  private static String text(String name, Object value) {
    if (value instanceof List<?> list) {
      return list.stream()
          .map(element -> scalarText(name, element))
          .collect(Collectors.joining(","));
    }
    return scalarText(name, value);
  }

  private static String scalarText(String name, @Nullable Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw BadRequestException.of(name, "a text, a number, a boolean, or a list of them");
  }
}
